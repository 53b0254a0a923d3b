#include "aggregator/analysis/regression_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/unit/analysis/engine_harness.h"

namespace hypergauge::analysis {
namespace {

using enum RegressionState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RegressionEngineTest, AQuietFleetIsQuiet) {
  Fleet fleet;
  for (int i = 1; i <= 8; ++i) fleet.AddNode("g" + std::to_string(i), i, "h1");
  fleet.Steps(400);
  EXPECT_THAT(fleet.notified, IsEmpty());
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  EXPECT_EQ(fleet.engine->series_count(), 8U);
}

TEST(RegressionEngineTest, AnEmptyOneHasRoundsOfNothing) {
  Fleet fleet;
  const auto outcome = fleet.engine->RunRound(kStart);
  EXPECT_THAT(outcome.changed, IsEmpty());
  EXPECT_THAT(outcome.re_runs, IsEmpty());
  EXPECT_THAT(outcome.marks, IsEmpty());
  EXPECT_EQ(fleet.engine->series_count(), 0U);
}

TEST(RegressionEngineTest, ASeriesTakesLittleMemory) {
  EXPECT_LE(RegressionEngine::StateBytes(), 256U);
}

TEST(RegressionEngineTest, AStepAsksForRunsAndFiresAfterThem) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  const int64_t change = fleet.now + kInterval;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }, 12));
  EXPECT_GE(fleet.now, change + 5 * kInterval);  // six points
  const auto asked = fleet.re_runs[0];
  EXPECT_EQ(asked.node, "n1");
  EXPECT_EQ(asked.benchmark, "null");
  EXPECT_EQ(asked.suite, "quick");
  EXPECT_EQ(asked.runs, fleet.options.re_runs);
  EXPECT_EQ(fleet.CountOpen(kSuspect), 1U);
  EXPECT_EQ(fleet.latest.at(asked.regression).state, kSuspect);

  for (int fresh = 1; fresh < fleet.options.re_runs; ++fresh) {
    EXPECT_THAT(fleet.Step().notify, IsEmpty()) << fresh;
    EXPECT_EQ(fleet.CountOpen(kSuspect), 1U);
  }
  const auto outcome = fleet.Step();
  EXPECT_THAT(outcome.notify, ElementsAre(asked.regression));
  ASSERT_EQ(outcome.changed.size(), 1U);
  const auto& fired = outcome.changed[0];
  EXPECT_EQ(fired.id, asked.regression);
  EXPECT_EQ(fired.state, kFiring);
  EXPECT_EQ(fired.kind, RegressionKind::kStep);
  EXPECT_EQ(fired.scope, RegressionScope::kNode);
  EXPECT_EQ(fired.subject, "n1");
  EXPECT_EQ(fired.blame, "node");
  EXPECT_EQ(fired.cause, "");
  EXPECT_EQ(fired.family, "null_latency_seconds");
  EXPECT_NEAR(fired.before, 1, 0.01);
  EXPECT_NEAR(fired.after, 1.3, 0.02);
  EXPECT_NEAR(fired.effect, 0.3, 0.03);
  EXPECT_EQ(fired.onset_unix_nanos, change);
  EXPECT_LE(fired.onset_low_unix_nanos, change);
  EXPECT_GE(fired.onset_high_unix_nanos, change);
  EXPECT_LE(fired.p, fired.q);
  EXPECT_LE(fired.q, 0.05);
  EXPECT_TRUE(fired.notified);
  ASSERT_EQ(fired.children.size(), 1U);
  EXPECT_EQ(fired.children[0].series, 1);
  EXPECT_GT(fired.entered[static_cast<size_t>(kFiring)], fired.entered[0]);
  fleet.Steps(100);
  EXPECT_EQ(fleet.notified.size(), 1U);  // once
  EXPECT_EQ(fleet.re_runs.size(), 1U);
}

TEST(RegressionEngineTest, FewerRunsMayBeAskedFor) {
  Fleet fleet({.min_effect_of = {}, .re_runs = 7, .patience = 20});
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }));
  EXPECT_EQ(fleet.re_runs[0].runs, 7);
  fleet.Steps(6);
  EXPECT_THAT(fleet.notified, IsEmpty());
  fleet.Steps(1);
  EXPECT_EQ(fleet.notified.size(), 1U);
}

TEST(RegressionEngineTest, WhatFreshPointsDoNotBearOutIsDropped) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }));
  fleet.levels[1] = 1;
  fleet.Steps(fleet.options.patience + 1);
  EXPECT_THAT(fleet.dropped, ElementsAre(fleet.re_runs[0].regression));
  fleet.Steps(200);
  EXPECT_THAT(fleet.notified, IsEmpty());
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
}

TEST(RegressionEngineTest, ASuspicionWithoutFreshPointsIsDroppedToo) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }));
  fleet.levels.clear();
  fleet.Steps(fleet.options.patience + 1);
  EXPECT_THAT(fleet.dropped, ElementsAre(fleet.re_runs[0].regression));
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
}

// Nobody can be sure of anything at a rate of 0: what waits for it does not wait for ever.
TEST(RegressionEngineTest, WhatIsNoDiscoveryIsDroppedToo) {
  Fleet fleet({.min_effect_of = {}, .false_discovery_rate = 0});
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  fleet.Steps(100);
  EXPECT_THAT(fleet.notified, IsEmpty());
  ASSERT_FALSE(fleet.re_runs.empty());
  EXPECT_THAT(fleet.dropped, ::testing::Contains(fleet.re_runs[0].regression));
}

TEST(RegressionEngineTest, ASpikeIsNobodysBusiness) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  for (int i = 0; i < 20; ++i) {
    fleet.Steps(20);
    fleet.levels[1] = 3;
    fleet.Steps(2);
    fleet.levels[1] = 1;
  }
  EXPECT_THAT(fleet.notified, IsEmpty());
}

TEST(RegressionEngineTest, SmallChangesAreNobodysBusiness) {
  Fleet fleet({.min_effect_of = {{"null", 0.4}}});
  fleet.AddNode("n1", 1);
  fleet.engine->PutSeries(SeriesOf(2, "n1", "other"));
  fleet.levels[2] = 1;
  fleet.Steps(150);
  fleet.levels[1] = fleet.levels[2] = 1.3;
  fleet.Steps(60);
  ASSERT_EQ(fleet.notified.size(), 1U);
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).benchmark, "other");
}

TEST(RegressionEngineTest, AnImprovementNotifiesNobodyAndIsTheNewBaseline) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  const int64_t change = fleet.now + kInterval;
  fleet.levels[1] = 0.7;
  fleet.Steps(60);
  EXPECT_THAT(fleet.notified, IsEmpty());
  EXPECT_THAT(fleet.re_runs, IsEmpty());
  EXPECT_THAT(fleet.latest, IsEmpty());
  const auto mark = std::find_if(fleet.marks.begin(), fleet.marks.end(),
                                 [&](const auto& one) { return one.from_unix_nanos == change; });
  ASSERT_NE(mark, fleet.marks.end());
  EXPECT_NEAR(mark->ratio, 0.7, 0.02);
  fleet.levels[1] = 1;  // what was good enough once
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_NEAR(fleet.latest.at(fleet.notified[0]).effect, 1 / 0.7 - 1, 0.05);
}

TEST(RegressionEngineTest, TheDirectionIsThatOfTheSeries) {
  Fleet fleet;
  fleet.engine->PutNode(NodeOn("n1"));
  auto series = SeriesOf(1, "n1");
  series.higher_is_better = true;
  fleet.engine->PutSeries(series);
  fleet.levels[1] = 1;
  fleet.Steps(150);
  fleet.levels[1] = 1.4;
  fleet.Steps(60);
  EXPECT_THAT(fleet.notified, IsEmpty());
  fleet.levels[1] = 1;
  ASSERT_TRUE(fleet.UntilNotified());
  const auto& fired = fleet.latest.at(fleet.notified[0]);
  EXPECT_TRUE(fired.higher_is_better);
  EXPECT_NEAR(fired.effect, 0.4, 0.04);
}

TEST(RegressionEngineTest, WhatCreepsFiresAsDrift) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  for (int i = 0; i < 600 && fleet.notified.empty(); ++i) {
    fleet.levels[1] *= 1.0003;
    fleet.Steps(1);
  }
  ASSERT_EQ(fleet.notified.size(), 1U);
  const auto& fired = fleet.latest.at(fleet.notified[0]);
  EXPECT_EQ(fired.kind, RegressionKind::kDrift);
  EXPECT_GE(fired.effect, fleet.options.drift_effect);
  EXPECT_LT(fired.effect, 0.2);
  EXPECT_NEAR(fired.before, 1, 0.01);
  ASSERT_EQ(fleet.re_runs.size(), 1U);
  EXPECT_EQ(fleet.re_runs[0].regression, fired.id);
}

}  // namespace
}  // namespace hypergauge::analysis
