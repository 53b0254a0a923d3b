#include "aggregator/analysis/modes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
  return sum;
}

// `upper` of 10 values are about 20, the others about 10; chance says which.
Values Bimodal(size_t count, unsigned upper, uint64_t seed, double deviation = 0.3) {
  std::mt19937_64 random(seed);
  Values values(count);
  for (auto& value : values) {
    value = (random() % 10 < upper ? 20 : 10) + deviation * Normal(random);
  }
  return values;
}

// Values of 1, with one of 2 after every `each`.
Values Singles(size_t count, size_t singles, size_t each) {
  Values values(count, 1.0);
  for (size_t i = 0; i < singles; ++i) values[i * each + 1] = 2;
  return values;
}

TEST(FindModesTest, FindsTwoLevels) {
  const auto values = Bimodal(400, 3, 1);
  const auto modes = FindModes(values);
  ASSERT_TRUE(modes);
  EXPECT_NEAR(modes->lower, 10, 0.1);
  EXPECT_NEAR(modes->upper, 20, 0.1);
  EXPECT_GT(modes->border, 12);
  EXPECT_LT(modes->border, 18);
  const auto above = std::count_if(values.begin(), values.end(), [](double v) { return v > 15; });
  EXPECT_DOUBLE_EQ(modes->share, static_cast<double>(above) / 400);
}

TEST(FindModesTest, NeedsFortyValues) {
  const auto values = Bimodal(40, 5, 2);
  EXPECT_TRUE(FindModes(values));
  EXPECT_FALSE(FindModes(std::span(values).first(39)));
  EXPECT_FALSE(FindModes({}));
  EXPECT_FALSE(FindModes(Values{1}));
  EXPECT_FALSE(FindModes(Values{1, 2}));
}

TEST(FindModesTest, EachModeHasATenthOfTheValues) {
  EXPECT_TRUE(FindModes(Singles(40, 4, 9)));
  EXPECT_FALSE(FindModes(Singles(41, 4, 9)));  // which are but 9.8 %
  auto values = Singles(50, 5, 9);
  for (auto& value : values) value = 3 - value;
  EXPECT_NEAR(FindModes(values)->share, 0.9, 1e-12);
  values.push_back(2);
  EXPECT_FALSE(FindModes(values));
}

TEST(FindModesTest, OneLevelHasNone) {
  EXPECT_FALSE(FindModes(Values(100, 4.0)));
  for (uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_FALSE(FindModes(Bimodal(200, 0, seed))) << seed;
  }
}

TEST(FindModesTest, ModesThatOverlapAreOne) {
  EXPECT_TRUE(FindModes(Bimodal(400, 5, 3, 1.5)));   // 6.7 deviations apart
  EXPECT_FALSE(FindModes(Bimodal(400, 5, 3, 4.0)));  // 2.5
}

TEST(FindModesTest, AChangeOfLevelIsNoMode) {
  Values values(100, 1.0);
  std::fill(values.begin() + 50, values.end(), 2.0);
  EXPECT_FALSE(FindModes(values));
  std::fill(values.begin() + 20, values.begin() + 30, 2.0);
  EXPECT_FALSE(FindModes(values));  // there, back, and there again
  // Eight crossings are enough, seven are not.
  Values blocks;
  for (int block = 0; block < 9; ++block) blocks.insert(blocks.end(), 10, block % 2 + 1);
  EXPECT_TRUE(FindModes(blocks));
  EXPECT_FALSE(FindModes(std::span(blocks).first(80)));
}

TEST(FindModesTest, WhatIsNotFiniteIsMissing) {
  auto values = Bimodal(60, 5, 4);
  const auto plain = FindModes(values);
  values.insert(values.begin() + 7, {kNan, kInfinity, -kInfinity});
  const auto modes = FindModes(values);
  ASSERT_TRUE(modes);
  EXPECT_EQ(modes->border, plain->border);
  EXPECT_EQ(modes->share, plain->share);
  EXPECT_FALSE(FindModes(Values(60, kNan)));
  EXPECT_FALSE(FindModes(Values(60, std::numeric_limits<double>::max())));
}

TEST(FindModesTest, GoesWithUnitOriginSignAndDirectionOfTime) {
  auto values = Bimodal(100, 3, 5);
  const auto plain = FindModes(values);
  for (const double factor : {1e-12, 1e12}) {
    auto other = values;
    for (auto& value : other) value = factor * (value + 5);
    const auto modes = FindModes(other);
    EXPECT_NEAR(modes->lower / factor, plain->lower + 5, 1e-9);
    EXPECT_NEAR(modes->upper / factor, plain->upper + 5, 1e-9);
    EXPECT_NEAR(modes->border / factor, plain->border + 5, 1e-9);
    EXPECT_EQ(modes->share, plain->share);
  }
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(FindModes(values)->border, plain->border);
  for (auto& value : values) value = -value;
  const auto mirrored = FindModes(values);
  EXPECT_NEAR(mirrored->share, 1 - plain->share, 1e-12);
  EXPECT_NEAR(mirrored->lower, -plain->upper, 1e-12);
  EXPECT_NEAR(mirrored->border, -plain->border, 1e-12);
}

// R: prop.test(c(15, 25), c(50, 50), correct = FALSE): p-value = 0.04123; the digits by Python.
TEST(CompareModesTest, IsTheTestOfTwoProportions) {
  const auto before = Singles(50, 15, 3);  // 30 crossings, more than the 21 of chance
  Values after(50, 1.0);
  std::fill(after.begin(), after.begin() + 25, 2.0);
  const auto change = CompareModes(before, after);
  ASSERT_TRUE(change);
  EXPECT_DOUBLE_EQ(change->share_before, 0.3);
  EXPECT_DOUBLE_EQ(change->share_after, 0.5);
  EXPECT_NEAR(change->share_p, 0.04122683333716371, 1e-12);
}

// Stays of 6: 9 crossings where chance has 30, so that 60 and 20 values tell as much as 18 and 6.
TEST(CompareModesTest, StaysTellLessThanValues) {
  Values before;
  for (int block = 0; block < 10; ++block) before.insert(before.end(), 6, block % 2 + 1);
  Values after(20, 2.0);
  after[0] = after[1] = 1;
  const auto change = CompareModes(before, after);
  ASSERT_TRUE(change);
  EXPECT_NEAR(change->share_p, 0.08326451666355043, 1e-12);  // by Python; 0.0016 without the stays
}

TEST(CompareModesTest, TheSameAgainIsNoChange) {
  int below = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const auto change = CompareModes(Bimodal(200, 4, seed), Bimodal(50, 4, seed + 1000));
    ASSERT_TRUE(change);
    if (change->share_p <= 0.05) ++below;
    EXPECT_LT(std::abs(change->lower_z), 6);
  }
  EXPECT_LE(below, 20);  // 10 are to be expected
}

TEST(CompareModesTest, ShowsWhichModeMoved) {
  const auto before = Bimodal(200, 5, 6);
  auto after = Bimodal(100, 5, 7);
  for (auto& value : after) value += value > 15 ? 2 : 0;
  const auto change = CompareModes(before, after);
  EXPECT_NEAR(change->upper_shift, 2, 0.2);
  EXPECT_GT(change->upper_z, 8);
  EXPECT_NEAR(change->lower_shift, 0, 0.2);
  EXPECT_LT(std::abs(change->lower_z), 4);
}

TEST(CompareModesTest, AModeThatHardlyOccursTellsNothing) {
  auto after = Values(30, 10.0);
  after[3] = 20;
  const auto change = CompareModes(Bimodal(200, 5, 8), after);
  EXPECT_EQ(change->upper_shift, 0);
  EXPECT_EQ(change->upper_z, 0);
  EXPECT_NEAR(change->share_after, 1.0 / 30, 1e-12);
  EXPECT_LT(change->share_p, 1e-4);
}

TEST(CompareModesTest, NothingWithoutModesOrValues) {
  EXPECT_FALSE(CompareModes(Bimodal(200, 5, 9), {}));
  EXPECT_FALSE(CompareModes(Bimodal(200, 5, 9), Values{kNan, kInfinity}));
  EXPECT_FALSE(CompareModes(Values(200, 1.0), Values{1}));
  EXPECT_FALSE(CompareModes({}, Values{1}));
  EXPECT_TRUE(CompareModes(Bimodal(200, 5, 9), Values{20}));
}

}  // namespace
}  // namespace hypergauge::analysis
