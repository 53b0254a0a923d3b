#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "aggregator/analysis/regression_engine.h"
#include "tests/unit/analysis/engine_harness.h"

// A RegressionEngine that goes on where another one ended.
namespace hypergauge::analysis {
namespace {

using enum RegressionState;
using ::testing::Contains;
using ::testing::IsEmpty;

struct OneNode : Fleet {
  explicit OneNode(const RegressionOptions& the_options = {}) : Fleet(the_options) {
    AddNode("n1", 1);
    Steps(150);
  }

  /// The engine's end, and the next one, to which the caller tells all that it knows.
  EngineState Succeed() {
    const auto state = engine->Export();
    Restart();
    engine->Import(state);
    engine->PutNode(NodeOn("n1"));
    engine->PutSeries(SeriesOf(1, "n1"));
    return state;
  }
};

TEST(RegressionEngineRestartTest, AnEmptyOneExportsNothing) {
  const Fleet fleet;
  const auto state = fleet.engine->Export();
  EXPECT_EQ(state.next_id, 1);
  EXPECT_THAT(state.open, IsEmpty());
  EXPECT_THAT(state.marks, IsEmpty());
}

TEST(RegressionEngineRestartTest, WhatIsOpenStaysOpenAndIsNotToldAgain) {
  for (const auto kept : {kFiring, kAcknowledged}) {
    OneNode fleet;
    fleet.levels[1] = 1.3;
    ASSERT_TRUE(fleet.UntilNotified());
    if (kept == kAcknowledged) {
      ASSERT_TRUE(fleet.engine->Acknowledge(fleet.notified[0], fleet.now));
    }
    const auto state = fleet.Succeed();
    ASSERT_EQ(state.open.size(), 1U);
    EXPECT_EQ(fleet.CountOpen(kept), 1U);
    const auto again = fleet.engine->Export();
    EXPECT_EQ(again.next_id, state.next_id);
    EXPECT_EQ(again.marks.size(), state.marks.size());
    fleet.Steps(300);
    EXPECT_EQ(fleet.notified.size(), 1U);
    EXPECT_EQ(fleet.re_runs.size(), 1U);
    EXPECT_EQ(fleet.CountOpen(kept), 1U);
  }
}

TEST(RegressionEngineRestartTest, WhatNobodyWasToldOfIsTold) {
  OneNode fleet({.min_effect_of = {}, .notifications_a_day = 0});
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.CountOpen(kFiring) == 1; }));
  EXPECT_THAT(fleet.notified, IsEmpty());
  fleet.options.notifications_a_day = 20;
  fleet.Succeed();
  fleet.Steps(2);
  EXPECT_EQ(fleet.notified.size(), 1U);
}

TEST(RegressionEngineRestartTest, ANewRegressionHasANewId) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  ASSERT_TRUE(fleet.engine->Accept(fleet.notified[0], fleet.now));
  fleet.Succeed();
  fleet.Steps(120);
  fleet.levels[1] = 1.7;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_GT(fleet.notified[1], fleet.notified[0]);
}

TEST(RegressionEngineRestartTest, ASuspicionComesAgain) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }));
  const int64_t former = fleet.re_runs[0].regression;
  fleet.Succeed();
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  EXPECT_THAT(fleet.Step().dropped, Contains(former));
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_NE(fleet.notified[0], former);
}

// The window is looked at: points need not come to 40 again before it sees anything.
TEST(RegressionEngineRestartTest, SeesAStepAtOnce) {
  OneNode fleet;
  fleet.Succeed();
  fleet.levels[1] = 1.3;
  EXPECT_TRUE(fleet.StepUntil([&] { return !fleet.notified.empty(); }, 15));
}

TEST(RegressionEngineRestartTest, AnImprovementOfThePastIsStillTheBaseline) {
  OneNode fleet;
  fleet.levels[1] = 0.7;
  fleet.Steps(60);
  fleet.Succeed();
  fleet.Steps(60);
  EXPECT_THAT(fleet.notified, IsEmpty());
  fleet.levels[1] = 1;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_NEAR(fleet.latest.at(fleet.notified[0]).effect, 1 / 0.7 - 1, 0.05);
}

TEST(RegressionEngineRestartTest, FiguresThatAreBackResolveWhatWasOpen) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(100);
  fleet.Succeed();
  fleet.Steps(10);
  fleet.levels[1] = 1;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }, 60));
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).state, kResolved);
}

TEST(RegressionEngineRestartTest, AFurtherStepIsStillTheSameAffair) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(120);
  fleet.Succeed();
  fleet.levels[1] = 1.4;
  fleet.Steps(60);
  EXPECT_EQ(fleet.notified.size(), 1U);
  EXPECT_EQ(fleet.engine->Open().size(), 1U);
}

TEST(RegressionEngineRestartTest, WhatItGrewToIsComparedWithWhatWasTold) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(120);
  fleet.Succeed();
  fleet.levels[1] = 1.7;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_EQ(fleet.notified[1], fleet.notified[0]);
}

TEST(RegressionEngineRestartTest, WhatHasGrownStaysAsItIs) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(120);
  fleet.levels[1] = 1.7;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Succeed();
  fleet.Steps(100);
  const auto open = fleet.engine->Open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_NEAR(open[0].effect, 0.7, 0.03);
}

TEST(RegressionEngineRestartTest, DriftThatWasToldIsNotToldAgain) {
  OneNode fleet;
  for (int i = 0; i < 600 && fleet.notified.empty(); ++i) {
    fleet.levels[1] *= 1.0003;
    fleet.Steps(1);
  }
  ASSERT_EQ(fleet.notified.size(), 1U);
  fleet.Succeed();
  fleet.Steps(300);
  EXPECT_EQ(fleet.notified.size(), 1U);
}

TEST(RegressionEngineRestartTest, WhatEndedMeanwhileIsResolvedOnceItIsSaid) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Succeed();
  fleet.engine->RemoveSeries(1);
  fleet.levels.clear();
  fleet.Steps(1);
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
}

// Its node left before anybody could say so, and does not come back.
TEST(RegressionEngineRestartTest, WhatIsNotPutAgainIsResolvedOnceItIsSaid) {
  OneNode fleet;
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  const auto state = fleet.engine->Export();
  fleet.Restart();
  fleet.engine->Import(state);
  fleet.levels.clear();
  fleet.Steps(1);
  EXPECT_EQ(fleet.engine->Open().size(), 1U);
  fleet.engine->RemoveSeries(1);
  fleet.Steps(1);
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).state, kResolved);
}

}  // namespace
}  // namespace hypergauge::analysis
