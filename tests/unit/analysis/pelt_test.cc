#include "aggregator/analysis/pelt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>

namespace hypergauge::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

double Scatter(const std::vector<double>& values, size_t from, size_t to) {
  const double mean = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(from),
                                      values.begin() + static_cast<std::ptrdiff_t>(to), 0.0) /
                      static_cast<double>(to - from);
  double sum = 0;
  for (size_t i = from; i < to; ++i) sum += (values[i] - mean) * (values[i] - mean);
  return sum;
}

// What the cuts cost; infinite where a piece is too short.
double Total(const std::vector<double>& values, std::vector<size_t> cuts, double penalty,
             size_t shortest) {
  const double for_cuts = penalty * static_cast<double>(cuts.size());
  cuts.push_back(values.size());
  double total = for_cuts;
  size_t begin = 0;
  for (const size_t end : cuts) {
    if (end - begin < shortest) return std::numeric_limits<double>::infinity();
    total += Scatter(values, begin, end);
    begin = end;
  }
  return total;
}

// Of all ways to cut, 2^(n-1).
double LeastTotal(const std::vector<double>& values, double penalty, size_t shortest) {
  double least = std::numeric_limits<double>::infinity();
  for (uint32_t mask = 0; mask < (1U << (values.size() - 1)); ++mask) {
    std::vector<size_t> cuts;
    for (size_t i = 1; i < values.size(); ++i) {
      if ((mask >> (i - 1) & 1U) != 0) cuts.push_back(i);
    }
    least = std::min(least, Total(values, cuts, penalty, shortest));
  }
  return least;
}

TEST(CutByMeanTest, NoWayToCutCostsLess) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> values(12);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<double>(random() % 7) + (i > 5 ? 4 : 0);
    }
    const size_t shortest = 1 + round % 4;
    const auto penalty = static_cast<double>(1 + random() % 20);
    const auto cuts = CutByMean(values, penalty, shortest);
    EXPECT_NEAR(Total(values, cuts, penalty, shortest), LeastTotal(values, penalty, shortest), 1e-9)
        << "round " << round;
  }
}

TEST(CutByMeanTest, CutsWhereTheMeanShifts) {
  std::vector<double> values(30, 1);
  std::fill(values.begin() + 10, values.begin() + 20, 5);
  EXPECT_THAT(CutByMean(values, 1, 6), ElementsAre(10, 20));
  EXPECT_THAT(CutByMean(values, 1e6, 6), IsEmpty());
}

TEST(CutByMeanTest, WhatIsTooShortForTwoPiecesStaysWhole) {
  EXPECT_THAT(CutByMean({}, 1, 6), IsEmpty());
  EXPECT_THAT(CutByMean(std::vector<double>{1, 9, 1, 9, 1, 9, 9, 9, 9, 9, 9}, 1, 6), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::analysis
