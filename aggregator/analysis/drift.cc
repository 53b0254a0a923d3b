#include "aggregator/analysis/drift.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kLatest = kDriftPoints;
constexpr double kMedianFactor = 1.2533;

/// Noise without the drift itself: of the differences of neighbours, and how they depend.
struct Noise {
  double sigma = 0;
  double inflation = 1;  // of the standard error
};

Noise NoiseOf(std::span<const double> values, double median) {
  std::vector<double> steps;
  for (size_t i = 1; i < values.size(); ++i) steps.push_back(values[i] - values[i - 1]);
  const double by_steps = Summarize(steps)->mad / std::numbers::sqrt2;
  std::vector<double> rests;
  for (const double value : values) rests.push_back(value - median);
  const double by_rests = Summarize(rests)->mad;
  // Under a lag-1 correlation rho neighbours differ by sigma sqrt(2 (1 - rho)).
  const double sigma = std::max(by_steps, by_rests);
  const double rho = by_rests > 0 ? 1 - (by_steps * by_steps) / (by_rests * by_rests) : 0;
  const double kept = std::clamp(rho, 0.0, 0.9);
  return {sigma, std::sqrt((1 + kept) / (1 - kept))};
}

}  // namespace

std::optional<Drift> MeasureDrift(std::span<const double> values, double baseline) {
  std::vector<double> kept;
  std::vector<size_t> index;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    kept.push_back(values[i]);
    index.push_back(i);
  }
  if (kept.size() < 2 * kLatest || !std::isfinite(baseline)) return std::nullopt;
  const std::span<const double> latest = std::span(kept).last(kLatest);
  const double median = *Median(latest);
  const Noise noise = NoiseOf(latest, median);
  Drift drift{.shift = median - baseline};
  if (noise.sigma <= 0 && drift.shift == 0) return std::nullopt;
  // Of both levels.
  const double error =
      kMedianFactor * noise.sigma * noise.inflation * std::sqrt(2.0 / static_cast<double>(kLatest));
  drift.sigmas = noise.sigma > 0 ? drift.shift / noise.sigma : std::copysign(INFINITY, drift.shift);
  drift.p = error > 0 ? std::erfc(std::abs(drift.shift) / error / std::numbers::sqrt2) : 0;
  size_t begin = kept.size() - kLatest;
  while (begin >= kLatest / 4) {
    const double earlier = *Median(std::span(kept).subspan(begin - kLatest / 4, kLatest / 4));
    if ((earlier - baseline) / drift.shift < 0.5) break;
    begin -= kLatest / 4;
  }
  drift.begin = index[begin];
  return drift;
}

}  // namespace hypergauge::analysis
