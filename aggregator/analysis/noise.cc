#include "aggregator/analysis/noise.h"

#include <algorithm>
#include <cmath>

namespace hypergauge::analysis {
namespace {

constexpr double kMadToSigma = 1.4826;

// Reorders the values, of which there is one at least. The upper one of two middle values.
double TakeMedian(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Spread {
  double median = 0;
  double sigma = 0;
};

// Base's Summarize sorts; this is called for every cut of a series, and need not.
Spread TakeSpread(std::vector<double> values) {
  const double median = TakeMedian(values);
  for (double& value : values) value = std::abs(value - median);
  return {median, kMadToSigma * TakeMedian(values)};
}

// The difference of the means of two windows of `width` values, at all places between two cuts.
std::vector<double> Contrasts(const Sums& sums, std::span<const size_t> cuts, size_t width) {
  std::vector<double> contrasts;
  size_t begin = 0;
  for (size_t i = 0; i <= cuts.size(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : sums.size();
    for (size_t at = begin + width; at + width <= end; ++at) {
      contrasts.push_back(sums.Mean(at, at + width) - sums.Mean(at - width, at));
    }
    begin = end;
  }
  return contrasts;
}

}  // namespace

double DifferenceSigma(std::span<const double> values) {
  if (values.size() < 3) return 0;
  std::vector<double> differences;
  differences.reserve(values.size() - 1);
  for (size_t i = 1; i < values.size(); ++i) differences.push_back(values[i] - values[i - 1]);
  return TakeSpread(std::move(differences)).sigma / std::sqrt(2.0);
}

double Quantum(std::span<const double> values) {
  size_t moves = 0;
  for (size_t i = 1; i < values.size(); ++i) moves += values[i] != values[i - 1] ? 1 : 0;
  if (10 * moves < values.size()) return 0;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  if (sorted.size() < 2 || 2 * sorted.size() >= values.size()) return 0;
  double smallest = sorted.back() - sorted.front();
  for (size_t i = 1; i < sorted.size(); ++i) {
    smallest = std::min(smallest, sorted[i] - sorted[i - 1]);
  }
  return smallest;
}

Sums::Sums(std::span<const double> values) : sums_(values.size() + 1) {
  for (size_t i = 0; i < values.size(); ++i) {
    sums_[i + 1] = {sums_[i].value + values[i], sums_[i].square + values[i] * values[i],
                    sums_[i].moment + values[i] * static_cast<double>(i)};
  }
}

double Sums::Scatter(size_t from, size_t to) const {
  const double sum = sums_[to].value - sums_[from].value;
  return sums_[to].square - sums_[from].square - sum * sum / static_cast<double>(to - from);
}

double Sums::LineAt(size_t from, size_t to, double place) const {
  const auto count = static_cast<double>(to - from);
  const double middle = (static_cast<double>(from) + static_cast<double>(to) - 1) / 2;
  const double sum = sums_[to].value - sums_[from].value;
  const double products = sums_[to].moment - sums_[from].moment - middle * sum;
  const double squares = count * (count * count - 1) / 12;
  return sum / count + products / squares * (place - middle);
}

Wander MeasureWander(const Sums& sums, std::span<const size_t> cuts, double sigma) {
  constexpr size_t kWidest = 12;
  constexpr size_t kPart = 8;  // of a series that a window may be
  constexpr size_t kLeast = 8;
  constexpr double kUnsure = 60;
  const size_t enough = std::max(kLeast, sums.size() / 4);
  for (size_t width = std::clamp<size_t>(sums.size() / kPart, 1, kWidest); width > 0; --width) {
    const std::vector<double> contrasts = Contrasts(sums, cuts, width);
    if (contrasts.empty() || (contrasts.size() < enough && width > 1)) continue;
    const Spread spread = TakeSpread(contrasts);
    const auto size = static_cast<double>(width);
    const double ratio = spread.sigma / sigma;
    const double found = std::max(1.0, ratio * ratio * size / 2);
    // Few values know little of it.
    const auto count = static_cast<double>(sums.size());
    return {spread.median / size, 1 + (found - 1) * count / (count + kUnsure)};
  }
  return {};
}

}  // namespace hypergauge::analysis
