#pragma once

#include <string>

#include "probes/compare/comparison.h"
#include "probes/terminal.h"

namespace hypergauge::probes {

/// A line a quantity: both medians, B/A, its interval and the answer.
[[nodiscard]] std::string ComparisonTable(const Comparison& comparison, const Terminal& terminal);

/// {"a": FILE, "b": FILE, "warnings": [...], "comparisons": [...]}, as docs/run-json.md says.
[[nodiscard]] std::string ComparisonJson(const Comparison& comparison, const std::string& a,
                                         const std::string& b);

}  // namespace hypergauge::probes
