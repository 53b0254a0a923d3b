#include "aggregator/analysis/pilot_scale.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace hypergauge::analysis {
namespace {

using Times = std::vector<PilotTime>;

TEST(PilotScaleTest, NothingGivesNothing) {
  EXPECT_TRUE(PilotScale({}).empty());
}

TEST(PilotScaleTest, TheFastestHasNineAndTheSlowestNone) {
  const auto scores = PilotScale(Times{{"a", "compile", 10},
                                       {"b", "compile", 20},
                                       {"c", "compile", 40},
                                       {"b", "disk_dd", 3},
                                       {"a", "disk_dd", 1},
                                       {"c", "disk_dd", 5}});
  ASSERT_EQ(scores.size(), 3U);
  EXPECT_EQ(scores[0].platform, "a");
  EXPECT_DOUBLE_EQ(*scores[0].points, 9);
  EXPECT_DOUBLE_EQ(*scores[1].points, (9 * 20.0 / 30 + 9 * 2.0 / 4) / 2);
  EXPECT_DOUBLE_EQ(scores[1].tests.at("compile"), 6);
  EXPECT_DOUBLE_EQ(*scores[2].points, 0);
}

TEST(PilotScaleTest, TimesOfOnePlatformAreAveraged) {
  const auto scores =
      PilotScale(Times{{"a", "t", 10}, {"a", "t", 20}, {"b", "t", 10}, {"c", "t", 20}});
  EXPECT_EQ(scores[1].platform, "a");
  EXPECT_DOUBLE_EQ(*scores[1].points, 4.5);
}

TEST(PilotScaleTest, WhoLacksATestHasNoPointsAndStandsLast) {
  const auto scores = PilotScale(Times{{"a", "t", 10}, {"b", "t", 20}, {"b", "u", 1}});
  EXPECT_EQ(scores[0].platform, "b");
  EXPECT_EQ(scores[1].platform, "a");
  EXPECT_FALSE(scores[1].points);
  EXPECT_DOUBLE_EQ(scores[1].tests.at("t"), 9);
}

TEST(PilotScaleTest, EqualTimesAllHaveNine) {
  for (const auto& score : PilotScale(Times{{"a", "t", 7}, {"b", "t", 7}})) {
    EXPECT_DOUBLE_EQ(*score.points, 9);
  }
  EXPECT_DOUBLE_EQ(*PilotScale(Times{{"a", "t", 7}})[0].points, 9);
}

TEST(PilotScaleTest, WhatIsNoTimeIsLeftOut) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(PilotScale(Times{{"a", "t", kNan}, {"b", "t", 0}, {"c", "t", -1}}).empty());
  EXPECT_EQ(PilotScale(Times{{"a", "t", kInfinity}, {"b", "t", 2}}).size(), 1U);
}

// Seconds or hours, more or less of an equal start, in any order: the points are the same.
TEST(PilotScaleTest, ScaleShiftAndOrderPlayNoPart) {
  Times times = {{"a", "t", 11.5}, {"b", "t", 13.25}, {"c", "t", 19}, {"c", "t", 22},
                 {"a", "u", 3},    {"b", "u", 1},     {"c", "u", 9}};
  const auto plain = PilotScale(times);
  for (auto& each : times) each.time = each.time * 3600 + 100;
  std::reverse(times.begin(), times.end());
  const auto other = PilotScale(times);
  ASSERT_EQ(plain.size(), other.size());
  for (size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(plain[i].platform, other[i].platform);
    EXPECT_NEAR(*plain[i].points, *other[i].points, 1e-9);
  }
}

}  // namespace
}  // namespace hypergauge::analysis
