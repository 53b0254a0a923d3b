#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace hypergauge::analysis {

/// Points that a drift is judged by, at the end of the series; whole days of half-hours, so that
/// the time of the day plays no part.
inline constexpr size_t kDriftPoints = 96;

/// How far a level has crept from a baseline.
struct Drift {
  double shift = 0;   ///< median of the latest values - baseline, in the values' own unit
  double sigmas = 0;  ///< the same in standard deviations of the noise
  double p = 1;       ///< two-sided, the values' dependence taken into account
  size_t begin = 0;   ///< the first value from where on the median never came back half-way
};

/// Compares the latest kDriftPoints values with a baseline's level that as many were taken for. It
/// finds what creeps too slowly to be a change point. Nothing with fewer than twice as many finite
/// values, or without noise and shift.
[[nodiscard]] std::optional<Drift> MeasureDrift(std::span<const double> values, double baseline);

}  // namespace hypergauge::analysis
