#include "base/bootstrap.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
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

// Draws by hand: what std::uniform_int_distribution makes of the bits is the library's choice.
size_t Below(size_t count, std::mt19937_64& random) {
  constexpr double kTwoToMinus53 = 1.0 / 9007199254740992.0;
  return static_cast<size_t>(static_cast<double>(random() >> 11U) * kTwoToMinus53 *
                             static_cast<double>(count));
}

double ResampledMedian(std::span<const double> values, std::vector<double>& drawn,
                       std::mt19937_64& random) {
  drawn.resize(values.size());
  for (auto& value : drawn) value = values[Below(values.size(), random)];
  const auto middle = drawn.begin() + static_cast<std::ptrdiff_t>(drawn.size() / 2);
  std::nth_element(drawn.begin(), middle, drawn.end());
  if (drawn.size() % 2 == 1) return *middle;
  return (*std::max_element(drawn.begin(), middle) + *middle) / 2;
}

bool AllPositive(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return value > 0; });
}

}  // namespace

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

}  // namespace hypergauge
