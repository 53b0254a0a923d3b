#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace hypergauge::analysis {

/// By how much one series' level differs after a given moment from what it was before.
struct LevelShift {
  double shift = 0;   ///< difference of the medians, in the values' own unit
  double error = 0;   ///< its standard error, larger where neighbouring values depend on each other
  size_t before = 0;  ///< values on either side
  size_t after = 0;
};

/// Nothing with fewer than 6 values before or 2 after, or where all values before are equal and
/// those after equal them too. Values that are not finite are missing. The noise is the MAD of
/// both sides about their medians; its dependence the lag-1 correlation of what was before.
[[nodiscard]] std::optional<LevelShift> MeasureShift(std::span<const double> before,
                                                     std::span<const double> after);

/// What several series say together.
struct PooledShift {
  double shift = 0;  ///< mean, weighted by 1 / error^2
  double error = 0;  ///< widened where the series differ by more than their errors allow
  double z = 0;      ///< infinite where all shifts are equal and have no error
  double p = 1;      ///< two-sided: the larger one of the normal and the signed-rank test
  size_t count = 0;
};

/// Nothing for none. Errors of 0 count as the least error above 0. Source for the mean:
/// fixed-effect meta-analysis; for the widening: Birge, The calculation of errors by the method of
/// least squares (1932).
[[nodiscard]] std::optional<PooledShift> Pool(std::span<const LevelShift> shifts);

/// Two-sided p of Wilcoxon's signed-rank test that the values lie about 0; 1 for none. Zeros are
/// left out. Exact up to 25 values without ties; beyond, normal with corrections for ties and
/// continuity. Source: Wilcoxon (1945); R: wilcox.test(values).
[[nodiscard]] double SignedRankP(std::span<const double> values);

/// The share of the shifts that are at least `least`; 0 for none.
[[nodiscard]] double ShareOf(std::span<const LevelShift> shifts, double least);

}  // namespace hypergauge::analysis
