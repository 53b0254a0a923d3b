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

}  // namespace hypergauge
