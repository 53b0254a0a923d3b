#include "base/statistics.h"

#include <algorithm>
#include <array>
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

namespace {

// Student's 97.5 % quantile for count - 1 degrees of freedom, times what makes up for the MAD of
// few values being too small.
double SmallSampleFactor(int count) {
  constexpr std::array kStudent = {4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306};
  constexpr std::array kSpread = {1.495, 1.363, 1.206, 1.200, 1.140, 1.129, 1.107};
  const auto place = static_cast<size_t>(count) - 3;
  if (place < kStudent.size()) return kStudent[place] * kSpread[place];
  const double degrees = count - 1;
  const double student = 1.96 + 2.372 / degrees + 2.823 / (degrees * degrees);
  return student * count / (count - 0.8);
}

}  // namespace

std::optional<double> RelativeHalfWidth(const Summary& summary) {
  if (summary.count < 3 || summary.median == 0) return std::nullopt;
  constexpr double kMedianEfficiency = 1.2533;  // sqrt(pi / 2)
  return SmallSampleFactor(summary.count) * kMedianEfficiency * summary.mad /
         std::sqrt(summary.count) / std::abs(summary.median);
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
