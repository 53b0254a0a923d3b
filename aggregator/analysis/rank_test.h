#pragma once

#include <cstddef>
#include <span>

namespace hypergauge::analysis {

/// Whether two samples come from one distribution, by their ranks alone.
struct RankTest {
  double u = 0;  ///< pairs in which the first sample's value is the larger one; a tie is a half
  double p = 1;  ///< two-sided
};

/// The test of Mann, Whitney and Wilcoxon. p is exact where both samples have at most 50 values (or
/// one at most 6 and the other at most 500), none of them tied, and all are independent; else
/// normal, corrected for ties and continuity. `independent` is the share of the values that count
/// as independent: (1 - r) / (1 + r) where neighbours correlate by r; z is reduced by its root. An
/// empty sample gives p = 1. Source: Mann and Whitney (1947); R: wilcox.test.
[[nodiscard]] RankTest MannWhitney(std::span<const double> first, std::span<const double> second,
                                   double independent = 1);

/// The smallest p that samples of these sizes can have, without ties: that of two that do not
/// overlap.
[[nodiscard]] double SmallestP(size_t first, size_t second, double independent = 1);

}  // namespace hypergauge::analysis
