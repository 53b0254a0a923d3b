#pragma once

#include <optional>
#include <span>

namespace hypergauge {

/// The figures that every run publishes of its samples.
struct Summary {
  double median = 0;
  double mad = 0;  ///< 1.4826 x the median absolute deviation: comparable with a standard deviation
  int count = 0;
};

/// The middle value, or the mean of the two middle ones. Nothing for an empty span.
[[nodiscard]] std::optional<double> Median(std::span<const double> values);

/// Median and spread; nothing for an empty span. One value has a spread of zero.
[[nodiscard]] std::optional<Summary> Summarize(std::span<const double> values);

/// Half the width of an approximate 95 % interval of the median, relative to the median:
/// t x 1.2533 x c x mad / sqrt(n) / |median|, with Student's t for n - 1 degrees of freedom and the
/// factor c by which the MAD of few values is too small. Nothing below 3 values, or where the
/// median is 0. Sources: asymptotic variance of the sample median under normal noise, pi/2 x
/// sigma^2 / n; Croux and Rousseeuw, Time-efficient algorithms for two highly robust estimators of
/// scale (1992).
[[nodiscard]] std::optional<double> RelativeHalfWidth(const Summary& summary);

/// The value below which `fraction` (0 to 1) of the values lie, by linear interpolation between
/// closest ranks (the "type 7" of R). Nothing for an empty span.
[[nodiscard]] std::optional<double> Quantile(std::span<const double> values, double fraction);

/// Where a figure lies with a probability that is told beside it.
struct Interval {
  double low = 0;
  double high = 0;
};

/// The 95 % interval of the median by order statistics, without assumptions on the distribution.
/// Nothing below 6 values, whose extremes do not enclose the median often enough.
/// Source: binomial distribution of how many values lie below the median; R: binom.test's inverse.
[[nodiscard]] std::optional<Interval> MedianInterval(std::span<const double> values);

}  // namespace hypergauge
