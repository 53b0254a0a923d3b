#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <vector>

#include "aggregator/analysis/regression_engine.h"
#include "tests/unit/analysis/engine_harness.h"

// What a RegressionEngine makes of series that end or begin anew, and of points that are none, or
// too late, or not asked for.
namespace hypergauge::analysis {
namespace {

using enum RegressionState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kMinute = 60'000'000'000;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(RegressionEngineSegmentTest, ANewSegmentStartsWithoutAnAlert) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  auto next = SeriesOf(2, "n1");
  next.segment = "2";
  fleet.engine->PutSeries(next);
  EXPECT_EQ(fleet.engine->series_count(), 1U);
  fleet.levels = {{2, 1.3}};
  fleet.Steps(150);
  EXPECT_THAT(fleet.notified, IsEmpty());
  EXPECT_THAT(fleet.re_runs, IsEmpty());
  // And it is watched as any other.
  fleet.levels[2] = 1.7;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).children[0].series, 2);
}

TEST(RegressionEngineSegmentTest, WhatWasOpenOfTheFormerOneIsResolved) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  auto next = SeriesOf(2, "n1");
  next.segment = "2";
  fleet.engine->PutSeries(next);
  fleet.levels = {{2, 1.3}};
  fleet.Steps(1);
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).state, kResolved);
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
}

TEST(RegressionEngineSegmentTest, ARemovedSeriesResolvesWhatIsOpen) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.engine->RemoveSeries(1);
  EXPECT_EQ(fleet.engine->series_count(), 0U);
  fleet.Steps(1);
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).state, kResolved);
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  fleet.Steps(50);
  EXPECT_EQ(fleet.notified.size(), 1U);
}

TEST(RegressionEngineSegmentTest, ARemovedSuspectIsDropped) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }));
  fleet.engine->RemoveSeries(1);
  fleet.Steps(1);
  EXPECT_THAT(fleet.dropped, ElementsAre(fleet.re_runs[0].regression));
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
}

TEST(RegressionEngineIntakeTest, SeriesThatWereNotPutAreNotLookedAt) {
  Fleet fleet;
  fleet.levels[99] = 1;
  fleet.Steps(150);
  fleet.levels[99] = 2;
  fleet.Steps(30);
  fleet.engine->RemoveSeries(99);
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  EXPECT_EQ(fleet.engine->series_count(), 0U);
}

// A node that left the lists and returned.
TEST(RegressionEngineIntakeTest, ASeriesThatComesBackHasTheLevelsThatWereAccepted) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  ASSERT_TRUE(fleet.engine->Accept(fleet.notified[0], fleet.now));
  fleet.Steps(5);
  fleet.engine->RemoveSeries(1);
  fleet.levels.clear();
  fleet.Steps(1);
  fleet.AddNode("n1", 1);
  fleet.levels[1] = 1.3;
  fleet.Steps(150);
  EXPECT_EQ(fleet.notified.size(), 1U);
  EXPECT_EQ(fleet.re_runs.size(), 1U);
}

TEST(RegressionEngineIntakeTest, OlderPointsAreNotLookedAt) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  for (int i = 0; i < 200; ++i) {
    fleet.Steps(1);
    // Not in the window either, so that only Add can be at fault.
    fleet.engine->Add(1, {fleet.now, 5});
    fleet.engine->Add(1, {fleet.now - kMinute, 5});
    fleet.engine->Add(1, {-1, 5});
  }
  EXPECT_THAT(fleet.latest, IsEmpty());
}

// When the alert came, and how large it is, where every fifth interval has one more point.
std::vector<double> StoryWith(double filler, bool is_given) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  std::vector<double> story;
  for (int i = 0; i < 250; ++i) {
    if (i == 150) fleet.levels[1] = 1.3;
    if (is_given && i % 5 == 0) fleet.Give(1, fleet.now + kMinute, filler);
    for (const auto& regression : fleet.Step().changed) {
      story.push_back(i);
      story.push_back(static_cast<double>(regression.state));
      story.push_back(regression.effect);
    }
  }
  return story;
}

TEST(RegressionEngineIntakeTest, NotANumberIsMissing) {
  const auto story = StoryWith(1, false);
  ASSERT_FALSE(story.empty());
  EXPECT_EQ(StoryWith(kNan, true), story);
}

TEST(RegressionEngineIntakeTest, InfinityIsMissing) {
  const auto story = StoryWith(1, false);
  ASSERT_FALSE(story.empty());
  EXPECT_EQ(StoryWith(kInfinity, true), story);
  EXPECT_EQ(StoryWith(-kInfinity, true), story);
}

TEST(RegressionEngineIntakeTest, WhatIsNotAboveNothingIsMissing) {
  const auto story = StoryWith(1, false);
  ASSERT_FALSE(story.empty());
  EXPECT_EQ(StoryWith(0, true), story);
  EXPECT_EQ(StoryWith(-1, true), story);
}

TEST(RegressionEngineIntakeTest, OneZeroDoesNotHideAStep) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.Give(1, fleet.now + kMinute, 0);
  fleet.Steps(5);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.notified.empty(); }, 20));
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).kind, RegressionKind::kStep);
}

TEST(RegressionEngineIntakeTest, GapsAlarmNobodyAndHideNothing) {
  for (const double filler : {kNan, kInfinity, -kInfinity, 0.0, -1.0}) {
    Fleet fleet;
    fleet.AddNode("n1", 1);
    for (int i = 0; i < 300; ++i) {
      if (i % 7 == 0) fleet.Give(1, fleet.now + kMinute, filler);
      fleet.Steps(1);
    }
    EXPECT_THAT(fleet.notified, IsEmpty()) << filler;
    fleet.levels[1] = 1.3;
    ASSERT_TRUE(fleet.UntilNotified()) << filler;
    EXPECT_NEAR(fleet.latest.at(fleet.notified[0]).effect, 0.3, 0.03) << filler;
  }
}

TEST(RegressionEngineIntakeTest, HugeAndTinyPointsAreNoHarm) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  const std::vector<double> values = {1e308, 1e-308, 5e-324, std::numeric_limits<double>::max()};
  for (const double value : values) {
    fleet.Give(1, fleet.now + kMinute, value);
    fleet.Steps(20);
  }
  EXPECT_THAT(fleet.notified, IsEmpty());
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_NEAR(fleet.latest.at(fleet.notified[0]).effect, 0.3, 0.03);
}

TEST(RegressionEngineIntakeTest, EqualPointsAreALevelToo) {
  Fleet fleet;
  fleet.engine->PutNode(NodeOn("n1"));
  fleet.engine->PutSeries(SeriesOf(1, "n1"));
  const auto give = [&](int count, double value) {
    for (int i = 0; i < count; ++i) {
      fleet.Give(1, fleet.now + kInterval, value);
      fleet.Steps(1);
    }
  };
  give(150, 2);
  EXPECT_THAT(fleet.latest, IsEmpty());
  give(20, 3);
  ASSERT_EQ(fleet.notified.size(), 1U);
  EXPECT_DOUBLE_EQ(fleet.latest.at(fleet.notified[0]).effect, 0.5);
}

}  // namespace
}  // namespace hypergauge::analysis
