#include "aggregator/analysis/rank_test.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;

TEST(MannWhitneyTest, AgreesWithTheExampleOfRsManual) {
  // Hollander and Wolfe (1973), page 69; R: wilcox.test(x, y): W = 35, p-value = 0.2544.
  const Values x = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
  const Values y = {1.15, 0.88, 0.90, 0.74, 1.21};
  const RankTest test = MannWhitney(x, y);
  EXPECT_EQ(test.u, 35);
  EXPECT_NEAR(test.p, 0.2544, 5e-5);
  EXPECT_EQ(MannWhitney(y, x).u, 15);
  EXPECT_DOUBLE_EQ(MannWhitney(y, x).p, test.p);
}

TEST(MannWhitneyTest, DisjointSamplesHaveTheSmallestPThatTheirSizesAllow) {
  const Values low = {1, 2, 3, 4, 5, 6};
  const Values high = {11, 12, 13, 14, 15, 16};
  const RankTest test = MannWhitney(low, high);
  EXPECT_EQ(test.u, 0);
  EXPECT_NEAR(test.p, 2.0 / 924, 1e-12);  // of the 924 ways to choose 6 of 12
}

TEST(MannWhitneyTest, TiesAreHalvesAndNarrowTheNormalDistribution) {
  const Values first = {1, 1, 2, 2};
  const Values second = {2, 2, 3, 3};
  const RankTest test = MannWhitney(first, second);
  EXPECT_EQ(test.u, 2);  // four ties
  // Ties of 2, 4 and 2: the variance is 16/12 x (9 - 72/56), the distance from 8 is 6 - 1/2.
  const double z = 5.5 / std::sqrt(16.0 / 12 * (9 - 72.0 / 56));
  EXPECT_NEAR(test.p, std::erfc(z / std::sqrt(2.0)), 1e-12);
  EXPECT_NEAR(MannWhitney(first, second, 0.25).p, std::erfc(z / 2 / std::sqrt(2.0)), 1e-12);
}

TEST(MannWhitneyTest, OnlyTheOrderCounts) {
  const Values first = {1, 4, 2, 8, 5, 7};
  const Values second = {3, 9, 11, 6, 10, 12, 13};
  Values first_cubed = first;
  Values second_cubed = second;
  for (double& value : first_cubed) value = value * value * value;
  for (double& value : second_cubed) value = value * value * value;
  EXPECT_EQ(MannWhitney(first, second).p, MannWhitney(first_cubed, second_cubed).p);
}

TEST(MannWhitneyTest, WhatSaysNothingHasAPOfOne) {
  EXPECT_EQ(MannWhitney({}, Values{1, 2}).p, 1);
  EXPECT_EQ(MannWhitney(Values{5, 5, 5}, Values{5, 5}).p, 1);
}

TEST(MannWhitneyTest, OfManyValuesThePIsTiny) {
  Values low(500);
  Values high(500);
  for (int i = 0; i < 500; ++i) {
    low[i] = i;
    high[i] = 1000 + i;
  }
  EXPECT_LT(MannWhitney(low, high).p, 1e-100);
}

TEST(SmallestPTest, IsThatOfSamplesThatDoNotOverlap) {
  EXPECT_NEAR(SmallestP(3, 4), 2.0 / 35, 1e-12);       // 7 over 3 orders
  EXPECT_NEAR(SmallestP(7, 13), 2.0 / 77'520, 1e-12);  // 20 over 7
  EXPECT_EQ(SmallestP(0, 4), 1);
  std::vector<double> first;
  std::vector<double> second;
  for (int i = 0; i < 9; ++i) first.push_back(i);
  for (int i = 0; i < 20; ++i) second.push_back(100 + i);
  for (const double independent : {1.0, 0.5, 0.2}) {
    EXPECT_EQ(SmallestP(9, 20, independent), MannWhitney(first, second, independent).p);
  }
}

}  // namespace
}  // namespace hypergauge::analysis
