#include "base/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace hypergauge {
namespace {

TEST(StatisticsTest, TheMedianOfAnEvenCountIsTheMeanOfTheMiddleTwo) {
  EXPECT_DOUBLE_EQ(*Median(std::vector<double>{4, 1, 3, 2}), 2.5);
}

TEST(StatisticsTest, NothingComesOfNothing) {
  EXPECT_FALSE(Median(std::vector<double>{}).has_value());
  EXPECT_FALSE(Summarize(std::vector<double>{}).has_value());
  EXPECT_FALSE(Quantile(std::vector<double>{}, 0.5).has_value());
}

TEST(StatisticsTest, OneValueIsItsOwnMedianWithoutSpread) {
  const auto summary = *Summarize(std::vector<double>{7});
  EXPECT_EQ(summary.median, 7);
  EXPECT_EQ(summary.mad, 0);
  EXPECT_EQ(summary.count, 1);
}

// R: mad(c(1, 1, 2, 2, 4, 6, 9)) is 1.4826.
TEST(StatisticsTest, TheSpreadIsRsMad) {
  EXPECT_DOUBLE_EQ(Summarize(std::vector<double>{1, 1, 2, 2, 4, 6, 9})->mad, 1.4826);
}

// R: quantile(c(15, 20, 35, 40, 50), c(0.05, 0.3, 0.4, 1)), type 7.
TEST(StatisticsTest, QuantilesAreRsTypeSeven) {
  const std::vector<double> values{15, 20, 35, 40, 50};
  EXPECT_DOUBLE_EQ(*Quantile(values, 0.05), 16);
  EXPECT_DOUBLE_EQ(*Quantile(values, 0.3), 23);
  EXPECT_DOUBLE_EQ(*Quantile(values, 0.4), 29);
  EXPECT_DOUBLE_EQ(*Quantile(values, 1), 50);
  EXPECT_DOUBLE_EQ(*Quantile(values, 0), 15);
}

TEST(StatisticsTest, OrderDoesNotMatterAndScaleScales) {
  std::vector<double> values{3, 1, 4, 1, 5, 9, 2, 6};
  const auto before = *Summarize(values);
  std::reverse(values.begin(), values.end());
  for (double& value : values) value = value * 10 + 100;
  const auto after = *Summarize(values);
  EXPECT_DOUBLE_EQ(after.median, before.median * 10 + 100);
  EXPECT_DOUBLE_EQ(after.mad, before.mad * 10);
}

TEST(StatisticsTest, TheHalfWidthNeedsThreeValuesAndAMedian) {
  EXPECT_FALSE(RelativeHalfWidth({.median = 1, .mad = 0.1, .count = 2}).has_value());
  EXPECT_FALSE(RelativeHalfWidth({.median = 0, .mad = 0.1, .count = 5}).has_value());
  EXPECT_NEAR(*RelativeHalfWidth({.median = 2, .mad = 0.1, .count = 4}), 0.1359, 1e-4);
  EXPECT_NEAR(*RelativeHalfWidth({.median = 2, .mad = 0.1, .count = 400}), 0.00617, 1e-5);
}

TEST(StatisticsTest, TheHalfWidthHoldsTheMedianOfFewValuesAsOftenAsItSays) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(1, 0.1);
  for (const size_t count : {3U, 5U, 9U, 20U}) {
    int held = 0;
    constexpr int kTrials = 4000;
    for (int i = 0; i < kTrials; ++i) {
      std::vector<double> values(count);
      for (auto& value : values) value = noise(random);
      const auto summary = *Summarize(values);
      held += std::abs(summary.median - 1) <= *RelativeHalfWidth(summary) * summary.median ? 1 : 0;
    }
    EXPECT_GT(held, kTrials * 85 / 100) << count;
  }
}

// 1, 2 ... count, shuffled, so that a value is its own rank.
std::vector<double> Ranks(int count) {
  std::vector<double> values(static_cast<size_t>(count));
  std::iota(values.begin(), values.end(), 1.0);
  std::reverse(values.begin(), values.begin() + count / 2);
  return values;
}

TEST(MedianIntervalTest, NeedsSixValues) {
  EXPECT_FALSE(MedianInterval(std::vector<double>{}).has_value());
  EXPECT_FALSE(MedianInterval(Ranks(5)).has_value());
  EXPECT_TRUE(MedianInterval(Ranks(6)).has_value());
}

// The table of ranks in every textbook on the sign test, for instance W. J. Conover, table A3.
TEST(MedianIntervalTest, TakesTheRanksOfTheSignTest) {
  struct Row {
    int count;
    double low;
    double high;
  };
  for (const Row row : {Row{6, 1, 6}, Row{8, 1, 8}, Row{9, 2, 8}, Row{12, 3, 10}, Row{15, 4, 12},
                        Row{20, 6, 15}, Row{25, 8, 18}, Row{100, 40, 61}}) {
    const auto interval = MedianInterval(Ranks(row.count));
    ASSERT_TRUE(interval.has_value()) << row.count;
    EXPECT_EQ(interval->low, row.low) << row.count;
    EXPECT_EQ(interval->high, row.high) << row.count;
  }
}

TEST(MedianIntervalTest, HoldsForLongSeries) {
  const auto interval = MedianInterval(Ranks(4000));
  ASSERT_TRUE(interval.has_value());
  EXPECT_NEAR(interval->low, 2000 - 1.96 * 31.6, 2);  // by the normal approximation
  EXPECT_NEAR(interval->high, 2000 + 1.96 * 31.6, 2);
}

}  // namespace
}  // namespace hypergauge
