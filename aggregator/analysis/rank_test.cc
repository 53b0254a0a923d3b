#include "aggregator/analysis/rank_test.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace hypergauge::analysis {
namespace {

struct Ranks {
  double first = 0;  // sum of the first sample's ranks, from 1
  double ties = 0;   // sum of t^3 - t over the groups of tied values
};

Ranks Rank(std::span<const double> first, std::span<const double> second) {
  std::vector<std::pair<double, bool>> all;
  all.reserve(first.size() + second.size());
  for (const double value : first) all.emplace_back(value, true);
  for (const double value : second) all.emplace_back(value, false);
  std::sort(all.begin(), all.end());
  Ranks ranks;
  for (size_t from = 0; from < all.size();) {
    size_t to = from;
    size_t of_first = 0;
    for (; to < all.size() && all[to].first == all[from].first; ++to) of_first += all[to].second;
    const auto tied = static_cast<double>(to - from);
    ranks.first += static_cast<double>(of_first) * (static_cast<double>(from + to + 1) / 2);
    ranks.ties += tied * tied * tied - tied;
    from = to;
  }
  return ranks;
}

// The chance of at most `u` pairs, by how many of all orders of m and n values have u pairs: the
// coefficients of prod (1 - q^(n+i)) / (1 - q^i), i = 1..m, here as chances so that none overflows.
double ExactTail(size_t m, size_t n, size_t u) {
  std::vector<double> chance(u + 1, 0);
  chance[0] = 1;
  for (size_t i = 1; i <= m; ++i) {
    for (size_t k = u; k >= n + i && k <= u; --k) chance[k] -= chance[k - n - i];
    for (size_t k = i; k <= u; ++k) chance[k] += chance[k - i];
    const double share = static_cast<double>(i) / static_cast<double>(n + i);
    for (double& value : chance) value *= share;
  }
  double sum = 0;
  for (const double value : chance) sum += value;
  return sum;
}

double NormalP(double u, double m, double n, double ties, double independent) {
  const double all = m + n;
  const double variance = m * n / 12 * (all + 1 - ties / (all * (all - 1)));
  if (variance <= 0) return 1;
  const double distance = std::max(0.0, std::abs(u - m * n / 2) - 0.5);
  return std::erfc(distance / std::sqrt(variance) * std::sqrt(independent) / std::sqrt(2.0));
}

// `u`: of the two samples' counts of pairs the smaller one.
double P(size_t m, size_t n, double u, double ties, double independent) {
  const auto [fewer, more] = std::minmax(m, n);
  const bool few = more <= 50 || (fewer <= 6 && more <= 500);
  if (few && ties == 0 && independent >= 1) {
    return std::min(1.0, 2 * ExactTail(fewer, more, static_cast<size_t>(u)));
  }
  return NormalP(u, static_cast<double>(m), static_cast<double>(n), ties,
                 std::min(independent, 1.0));
}

}  // namespace

RankTest MannWhitney(std::span<const double> first, std::span<const double> second,
                     double independent) {
  const size_t m = first.size();
  const size_t n = second.size();
  if (m == 0 || n == 0) return {};
  const Ranks ranks = Rank(first, second);
  const auto size_m = static_cast<double>(m);
  const auto size_n = static_cast<double>(n);
  RankTest test{.u = ranks.first - size_m * (size_m + 1) / 2};
  const double smaller = std::min(test.u, size_m * size_n - test.u);
  test.p = P(m, n, smaller, ranks.ties, independent);
  return test;
}

double SmallestP(size_t first, size_t second, double independent) {
  return first == 0 || second == 0 ? 1 : P(first, second, 0, 0, independent);
}

}  // namespace hypergauge::analysis
