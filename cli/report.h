#pragma once

#include <optional>

#include "cli/document.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::cli {

/// A comparison as a chapter: ranking, the pilot's scale where it could be had, categories,
/// benchmarks, guests, what is too good to be believed, features, conclusions, method, caveats.
/// Pure.
[[nodiscard]] Document MakeReport(const v1::CompareResponse& ratios,
                                  const std::optional<v1::CompareResponse>& pilot);

}  // namespace hypergauge::cli
