#include "base/statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hypergauge {

std::optional<double> Quantile(std::span<const double> values, double fraction) {
  if (values.empty()) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double rank = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(rank);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double weight = rank - static_cast<double>(below);
  return sorted[below] + weight * (sorted[below + 1] - sorted[below]);
}

std::optional<double> Median(std::span<const double> values) {
  return Quantile(values, 0.5);
}

std::optional<Summary> Summarize(std::span<const double> values) {
  const auto median = Median(values);
  if (!median) return std::nullopt;
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const double value : values) deviations.push_back(std::abs(value - *median));
  constexpr double kMadToSigma = 1.4826;
  return Summary{*median, kMadToSigma * *Median(deviations), static_cast<int>(values.size())};
}

std::optional<double> RelativeHalfWidth(const Summary& summary) {
  if (summary.count < 3 || summary.median == 0) return std::nullopt;
  constexpr double kNormal95 = 1.96;
  constexpr double kMedianEfficiency = 1.2533;  // sqrt(pi / 2)
  return kNormal95 * kMedianEfficiency * summary.mad / std::sqrt(summary.count) /
         std::abs(summary.median);
}

std::optional<Interval> MedianInterval(std::span<const double> values) {
  constexpr double kTail = 0.025;  // on either side
  const size_t count = values.size();
  // The median lies outside [k-th, k-th from the end] with twice the chance of fewer than k heads
  // in `count` throws. In logarithms, since 0.5^count vanishes for long series.
  size_t rank = 0;
  double chance = 0;
  double log_term = -static_cast<double>(count) * std::log(2.0);  // of exactly `rank` heads
  while (rank < count && chance + std::exp(log_term) <= kTail) {
    chance += std::exp(log_term);
    log_term +=
        std::log(static_cast<double>(count - rank)) - std::log(static_cast<double>(rank + 1));
    ++rank;
  }
  if (rank == 0) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return Interval{.low = sorted[rank - 1], .high = sorted[count - rank]};
}

}  // namespace hypergauge
