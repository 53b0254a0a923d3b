#pragma once

#include <span>
#include <string>

#include "base/statistics.h"

/// Samples as a bar: "  ├──▓▓┃▓▓───┤  ". The median stands in the middle of each bar and all bars
/// of a table have one scale, so that a glance tells which benchmarks scatter.
namespace hypergauge::probes {

inline constexpr int kBarHalf = 10;  ///< columns on either side of the median
inline constexpr int kBarWidth = 2 * kBarHalf + 1;

/// The greatest distance of a sample from the median, relative to it; 0 where the median is 0.
[[nodiscard]] double LargestDeviation(std::span<const double> samples, double median);

/// What the ends of the bars of one table stand for, as a ratio of the median: the smallest round
/// figure that three quarters of the rows fit into. The others end in an arrow.
[[nodiscard]] double BarRange(std::span<const double> deviations);

/// "-10 %           +10 %": the title of a column of bars.
[[nodiscard]] std::string BarTitle(double range);

/// The line from the least to the greatest sample, a box of one MAD on either side of the median.
/// Empty where there are no samples or the median is 0.
[[nodiscard]] std::string SpreadBar(std::span<const double> samples, double range, bool utf8);

}  // namespace hypergauge::probes
