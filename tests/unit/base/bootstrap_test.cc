#include "base/bootstrap.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/statistics.h"

namespace hypergauge {
namespace {

using Values = std::vector<double>;

TEST(RatioInterval, IsAPointForConstantValues) {
  const auto interval = RatioInterval(Values(6, 2.0), Values(7, 3.0));
  ASSERT_TRUE(interval);
  EXPECT_EQ(interval->low, 1.5);
  EXPECT_EQ(interval->high, 1.5);
}

TEST(RatioInterval, HoldsTheRatioAndIsTheSameEachTime) {
  const Values a = {10, 11, 9, 10.5, 9.5, 10.2};
  const Values b = {20, 22, 18, 21, 19, 20.4};
  const auto interval = RatioInterval(a, b);
  ASSERT_TRUE(interval);
  EXPECT_LT(interval->low, 2);
  EXPECT_GT(interval->high, 2);
  EXPECT_GE(interval->low, 18.0 / 11);
  EXPECT_LE(interval->high, 22.0 / 9);
  const auto again = RatioInterval(a, b);
  EXPECT_EQ(again->low, interval->low);
  EXPECT_EQ(again->high, interval->high);
}

TEST(RatioInterval, IsNothingWithoutValuesAboveZero) {
  EXPECT_FALSE(RatioInterval(Values{}, Values{1}));
  EXPECT_FALSE(RatioInterval(Values{1}, Values{}));
  EXPECT_FALSE(RatioInterval(Values{1, 0}, Values{1}));
  EXPECT_FALSE(RatioInterval(Values{1}, Values{0, 1}));
}

// Its promise: with ten values a side it holds the true ratio about 95 times out of 100.
TEST(RatioInterval, CoversTheTruth) {
  std::mt19937_64 random(7);
  const auto normal = [&] {
    // Twelve uniform values, so that no library's std::normal_distribution decides.
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
    return sum;
  };
  int covered = 0;
  constexpr int kTrials = 200;
  for (int trial = 0; trial < kTrials; ++trial) {
    Values a(10);
    Values b(10);
    for (auto& value : a) value = 100 + 5 * normal();
    for (auto& value : b) value = 110 + 5 * normal();
    const auto interval = RatioInterval(a, b);
    ASSERT_TRUE(interval);
    if (interval->low <= 1.1 && interval->high >= 1.1) ++covered;
  }
  EXPECT_GE(covered, 180);
  EXPECT_LT(covered, kTrials);
}

// The ranks are those of the closed form, computed apart; 40,000 draws give the same.
TEST(BootstrapMedianInterval, IsWhatInfinitelyManyDrawsGive) {
  const struct {
    int count;
    double low;
    double high;
  } cases[] = {{7, 2, 6}, {20, 6, 15}, {21, 7, 15}, {25, 8, 18}, {40, 14, 27}, {100, 40, 61}};
  for (const auto& each : cases) {
    Values values;
    for (int i = each.count; i >= 1; --i) values.push_back(i);
    const auto interval = BootstrapMedianInterval(values);
    ASSERT_TRUE(interval);
    EXPECT_EQ(interval->low, each.low) << each.count;
    EXPECT_EQ(interval->high, each.high) << each.count;
  }
}

TEST(BootstrapMedianInterval, IsNothingForNothingAndAPointForOne) {
  EXPECT_FALSE(BootstrapMedianInterval({}));
  EXPECT_EQ(BootstrapMedianInterval(Values{3})->low, 3);
  EXPECT_EQ(BootstrapMedianInterval(Values{3})->high, 3);
  EXPECT_EQ(BootstrapMedianInterval(Values(5000, 2.5))->high, 2.5);
}

TEST(DrawBelow, StaysBelowAndTakesAllAlike) {
  std::mt19937_64 random(1);
  std::vector<int> drawn(7);
  for (int i = 0; i < 7000; ++i) ++drawn.at(DrawBelow(7, random));
  for (const int count : drawn) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace hypergauge
