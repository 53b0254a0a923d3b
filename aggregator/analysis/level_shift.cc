#include "aggregator/analysis/level_shift.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kLeastBefore = 6;
constexpr size_t kLeastAfter = 2;
constexpr double kMedianFactor = 1.2533;  // sqrt(pi / 2): how much less a median knows than a mean
constexpr double kClip = 3.5;
constexpr size_t kExactSignedRank = 25;

std::vector<double> Finite(std::span<const double> values) {
  std::vector<double> result;
  std::copy_if(values.begin(), values.end(), std::back_inserter(result),
               [](double value) { return std::isfinite(value); });
  return result;
}

/// How neighbours depend on each other, from 0 to 0.9; spikes clipped.
double Correlation(std::span<const double> values, double median, double sigma) {
  double product = 0;
  double square = 0;
  double last = 0;
  for (const double value : values) {
    const double rest = std::clamp(value - median, -kClip * sigma, kClip * sigma);
    product += rest * last;
    square += rest * rest;
    last = rest;
  }
  return square > 0 ? std::clamp(product / square, 0.0, 0.9) : 0;
}

double NormalP(double z) {
  return std::erfc(std::abs(z) / std::numbers::sqrt2);
}

struct Ranked {
  double positive = 0;  // sum of the ranks of values above 0
  double ties = 0;      // sum of t^3 - t over the groups of equals
  size_t count = 0;
};

Ranked RankSigns(std::span<const double> values) {
  std::vector<double> kept;
  std::copy_if(values.begin(), values.end(), std::back_inserter(kept),
               [](double value) { return std::isfinite(value) && value != 0; });
  std::sort(kept.begin(), kept.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
  Ranked result{.count = kept.size()};
  for (size_t first = 0; first < kept.size();) {
    size_t end = first;
    while (end < kept.size() && std::abs(kept[end]) == std::abs(kept[first])) ++end;
    const auto equals = static_cast<double>(end - first);
    const double rank = (static_cast<double>(first + end) + 1) / 2;
    for (size_t i = first; i < end; ++i) result.positive += kept[i] > 0 ? rank : 0;
    result.ties += equals * equals * equals - equals;
    first = end;
  }
  return result;
}

/// Of all 2^n sums of ranks, those as far out as `positive`.
double ExactSignedRank(size_t count, double positive) {
  const size_t most = count * (count + 1) / 2;
  std::vector<double> ways(most + 1);
  ways[0] = 1;
  for (size_t rank = 1; rank <= count; ++rank) {
    for (size_t sum = most; sum >= rank; --sum) ways[sum] += ways[sum - rank];
  }
  const auto least = static_cast<size_t>(std::min(positive, static_cast<double>(most) - positive));
  const double tail = std::accumulate(ways.begin(), ways.begin() + least + 1, 0.0);
  return std::min(1.0, 2 * tail / std::pow(2.0, static_cast<double>(count)));
}

}  // namespace

std::optional<LevelShift> MeasureShift(std::span<const double> before,
                                       std::span<const double> after) {
  const auto old_values = Finite(before);
  const auto new_values = Finite(after);
  if (old_values.size() < kLeastBefore || new_values.size() < kLeastAfter) return std::nullopt;
  const double old_median = *Median(old_values);
  const double new_median = *Median(new_values);
  std::vector<double> rests;
  rests.reserve(old_values.size() + new_values.size());
  for (const double value : old_values) rests.push_back(value - old_median);
  for (const double value : new_values) rests.push_back(value - new_median);
  const double sigma = Summarize(rests)->mad;
  const double shift = new_median - old_median;
  if (sigma <= 0 && shift == 0) return std::nullopt;
  const double rho = Correlation(old_values, old_median, sigma);
  const double counts =
      1.0 / static_cast<double>(old_values.size()) + 1.0 / static_cast<double>(new_values.size());
  const double error = kMedianFactor * sigma * std::sqrt(counts * (1 + rho) / (1 - rho));
  return LevelShift{shift, error, old_values.size(), new_values.size()};
}

std::optional<PooledShift> Pool(std::span<const LevelShift> shifts) {
  if (shifts.empty()) return std::nullopt;
  double least_error = 0;
  std::vector<double> values;
  for (const auto& one : shifts) {
    if (one.error > 0 && (least_error == 0 || one.error < least_error)) least_error = one.error;
    values.push_back(one.shift);
  }
  const auto weight = [&](const LevelShift& one) {
    const double error = one.error > 0 ? one.error : least_error;
    return error > 0 ? 1 / (error * error) : 1.0;
  };
  double weights = 0;
  double sum = 0;
  for (const auto& one : shifts) {
    weights += weight(one);
    sum += weight(one) * one.shift;
  }
  PooledShift result{.shift = sum / weights, .count = shifts.size()};
  double excess = 0;
  for (const auto& one : shifts) {
    excess += weight(one) * (one.shift - result.shift) * (one.shift - result.shift);
  }
  const double freedom = std::max(1.0, static_cast<double>(shifts.size()) - 1);
  result.error = least_error > 0 ? std::sqrt(std::max(1.0, excess / freedom) / weights)
                                 : std::sqrt(excess / freedom / weights);
  if (result.error > 0) {
    result.z = result.shift / result.error;
  } else if (result.shift != 0) {
    result.z = std::copysign(INFINITY, result.shift);
  }
  result.p = std::max(NormalP(result.z), SignedRankP(values));
  return result;
}

double SignedRankP(std::span<const double> values) {
  const Ranked ranked = RankSigns(values);
  if (ranked.count == 0) return 1;
  if (ranked.count <= kExactSignedRank && ranked.ties == 0) {
    return ExactSignedRank(ranked.count, ranked.positive);
  }
  const auto n = static_cast<double>(ranked.count);
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranked.ties / 48;
  const double distance = std::abs(ranked.positive - n * (n + 1) / 4) - 0.5;
  return distance <= 0 || variance <= 0 ? 1 : NormalP(distance / std::sqrt(variance));
}

double ShareOf(std::span<const LevelShift> shifts, double least) {
  if (shifts.empty()) return 0;
  const auto reach = std::count_if(shifts.begin(), shifts.end(),
                                   [&](const LevelShift& one) { return one.shift >= least; });
  return static_cast<double>(reach) / static_cast<double>(shifts.size());
}

}  // namespace hypergauge::analysis
