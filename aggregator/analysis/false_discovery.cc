#include "aggregator/analysis/false_discovery.h"

#include <algorithm>
#include <numeric>

namespace hypergauge::analysis {

std::vector<double> BenjaminiHochberg(std::span<const double> p) {
  const auto value = [&](size_t i) { return p[i] >= 0 && p[i] <= 1 ? p[i] : 1.0; };
  std::vector<size_t> falling(p.size());
  std::iota(falling.begin(), falling.end(), size_t{0});
  std::stable_sort(falling.begin(), falling.end(),
                   [&](size_t a, size_t b) { return value(a) > value(b); });
  std::vector<double> adjusted(p.size());
  const auto count = static_cast<double>(p.size());
  double least = 1;
  auto rank = count;
  for (const size_t i : falling) {
    least = std::min(least, value(i) * count / rank);
    adjusted[i] = least;
    rank -= 1;
  }
  return adjusted;
}

}  // namespace hypergauge::analysis
