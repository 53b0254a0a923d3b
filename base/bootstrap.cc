#include "base/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/statistics.h"

namespace hypergauge {
namespace {

constexpr uint64_t kSeed = 2011;
constexpr size_t kMostResamples = 10'000;
constexpr size_t kLeastResamples = 1'000;
constexpr size_t kMostDraws = 10'000'000;

size_t ResamplesFor(size_t values) {
  return std::clamp(kMostDraws / values, kLeastResamples, kMostResamples);
}

double ResampledMedian(std::span<const double> values, std::vector<double>& drawn,
                       std::mt19937_64& random) {
  drawn.resize(values.size());
  for (auto& value : drawn) value = values[DrawBelow(values.size(), random)];
  const auto middle = drawn.begin() + static_cast<std::ptrdiff_t>(drawn.size() / 2);
  std::nth_element(drawn.begin(), middle, drawn.end());
  if (drawn.size() % 2 == 1) return *middle;
  return (*std::max_element(drawn.begin(), middle) + *middle) / 2;
}

bool AllPositive(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
}

}  // namespace

size_t DrawBelow(size_t count, std::mt19937_64& random) {
  constexpr double kTwoToMinus53 = 1.0 / 9007199254740992.0;
  return static_cast<size_t>(static_cast<double>(random() >> 11U) * kTwoToMinus53 *
                             static_cast<double>(count));
}

std::optional<Interval> RatioInterval(std::span<const double> a, std::span<const double> b) {
  if (a.empty() || b.empty() || !AllPositive(a) || !AllPositive(b)) return std::nullopt;
  std::mt19937_64 random(kSeed);
  std::vector<double> drawn;
  std::vector<double> ratios(ResamplesFor(a.size() + b.size()));
  for (auto& ratio : ratios) {
    const double denominator = ResampledMedian(a, drawn, random);
    ratio = ResampledMedian(b, drawn, random) / denominator;
  }
  return Interval{*Quantile(ratios, 0.025), *Quantile(ratios, 0.975)};
}

namespace {

// The chance of at least `least` hits in `count` draws that each hit with probability `p`. In
// logarithms, since the first terms vanish for long series.
double ChanceOfAtLeast(size_t least, size_t count, double p) {
  if (p >= 1) return 1;
  const auto n = static_cast<double>(count);
  double sum = 0;
  for (size_t hits = least; hits <= count; ++hits) {
    const auto k = static_cast<double>(hits);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(p) + (n - k) * std::log1p(-p));
  }
  return sum;
}

// The first of the sorted values that the `middle`-th of a resample, counted from 1, does not
// exceed with probability `chance`: where `middle` of the draws fall on it or below.
double ResampledQuantile(std::span<const double> sorted, size_t middle, double chance) {
  size_t low = 1;
  size_t high = sorted.size();
  while (low < high) {
    const size_t place = (low + high) / 2;
    const double share = static_cast<double>(place) / static_cast<double>(sorted.size());
    if (ChanceOfAtLeast(middle, sorted.size(), share) >= chance) {
      high = place;
    } else {
      low = place + 1;
    }
  }
  return sorted[low - 1];
}

}  // namespace

std::optional<Interval> BootstrapMedianInterval(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const size_t lower_middle = (sorted.size() + 1) / 2;
  const size_t upper_middle = sorted.size() / 2 + 1;
  return Interval{ResampledQuantile(sorted, lower_middle, 0.025),
                  ResampledQuantile(sorted, upper_middle, 0.975)};
}

}  // namespace hypergauge
