#pragma once

#include <optional>
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

}  // namespace hypergauge
