#pragma once

#include <string>

#include "probes/compare/comparison.h"
#include "program/terminal.h"

namespace hypergauge::probes {

/// What the intervals leave out: how runs differ from each other, where they are over the samples
/// of fewer than 6 runs a side. Empty where no interval leaves it out.
[[nodiscard]] std::string NoteOn(const Comparison& comparison);

/// A line a quantity: both medians, B/A, its interval and the answer. The note comes below.
[[nodiscard]] std::string ComparisonTable(const Comparison& comparison, const Terminal& terminal);

/// {"a": FILE, "b": FILE, "warnings": [...], "note": ..., "comparisons": [...]}, as
/// docs/run-json.md says.
[[nodiscard]] std::string ComparisonJson(const Comparison& comparison, const std::string& a,
                                         const std::string& b);

}  // namespace hypergauge::probes
