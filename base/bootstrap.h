#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <span>

#include "base/statistics.h"

namespace hypergauge {

/// A 95 % interval of median(b) / median(a) by the percentile bootstrap: both sides are drawn again
/// with replacement, each as large as it was, 10,000 times (fewer above 1,000 values, at least
/// 1,000 times), and the interval holds the middle 95 % of the ratios. The seed is fixed: the same
/// values give the same interval, on every machine. Nothing where a value is not above 0. Source:
/// Efron and Tibshirani, An Introduction to the Bootstrap, section 13.3.
[[nodiscard]] std::optional<Interval> RatioInterval(std::span<const double> a,
                                                    std::span<const double> b);

/// A 95 % interval of the median by the percentile bootstrap. What infinitely many draws would give
/// follows from the binomial distribution: nothing is drawn, and order plays no part. Of an even
/// number of values the lower end is that of the lower middle value, the upper end that of the
/// upper one. Nothing for an empty span. It holds the median as often as it says from about 20
/// values on; below, MedianInterval does. Source: Efron, Bootstrap methods: another look at the
/// jackknife, Annals of Statistics 7 (1979), section 3.
[[nodiscard]] std::optional<Interval> BootstrapMedianInterval(std::span<const double> values);

/// The bootstrap's source of chance: a whole number from 0 to `count` - 1, all alike likely. From
/// the bits by hand, since what std::uniform_int_distribution makes of them is the library's
/// choice, and the same values must give the same interval on every machine.
[[nodiscard]] size_t DrawBelow(size_t count, std::mt19937_64& random);

}  // namespace hypergauge
