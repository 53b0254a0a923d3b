#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/analysis/regression_engine.h"
#include "tests/unit/analysis/engine_harness.h"

// What becomes of an alert of a RegressionEngine: by itself, by command, and by the budget.
namespace hypergauge::analysis {
namespace {

using enum RegressionState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One node whose series got 30 % worse, which is known.
struct Alerted : Fleet {
  explicit Alerted(const RegressionOptions& the_options = {}) : Fleet(the_options) {
    AddNode("n1", 1);
    Steps(150);
    levels[1] = 1.3;
    UntilNotified();
    id = notified.empty() ? 0 : notified[0];
  }
  int64_t id = 0;
};

int64_t EnteredAt(const Regression& regression, RegressionState state) {
  return regression.entered[static_cast<size_t>(state)];
}

TEST(RegressionEngineLifeTest, FiguresThatAreBackResolveIt) {
  Alerted fleet;
  fleet.Steps(100);
  fleet.levels[1] = 1;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }, 40));
  EXPECT_EQ(fleet.latest.at(fleet.id).state, kResolved);
  fleet.Steps(150);
  EXPECT_EQ(fleet.notified.size(), 1U);
  fleet.levels[1] = 1.3;  // and it may come again
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_GT(fleet.notified[1], fleet.id);
}

TEST(RegressionEngineLifeTest, WhatOneCauseMovedIsBackOnceAllOfItIs) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.engine->PutSeries(SeriesOf(2, "n1", "other"));
  fleet.levels[2] = 1;
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  fleet.levels[2] = 1.6;
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(120);
  const auto open = fleet.engine->Open();
  ASSERT_EQ(open.size(), 1U);
  ASSERT_EQ(open[0].children.size(), 2U);
  const int64_t own = open[0].benchmark == "null" ? 1 : 2;
  fleet.levels[own] = 1;
  fleet.Steps(150);
  EXPECT_EQ(fleet.engine->Open().size(), 1U);
  fleet.levels[3 - own] = 1;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }));
  EXPECT_EQ(fleet.latest.at(open[0].id).state, kResolved);
}

TEST(RegressionEngineLifeTest, AFurtherStepIsTheSameAffair) {
  Alerted fleet;
  fleet.Steps(120);
  fleet.levels[1] = 1.4;
  fleet.Steps(60);
  EXPECT_THAT(fleet.notified, ElementsAre(fleet.id));
  const auto open = fleet.engine->Open();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_NEAR(open[0].before, 1, 0.02);
  EXPECT_NEAR(open[0].after, 1.4, 0.02);
  EXPECT_NEAR(open[0].effect, 0.4, 0.03);
  ASSERT_EQ(open[0].children.size(), 1U);
  EXPECT_NEAR(open[0].children[0].before, 1, 0.02);
  EXPECT_NEAR(open[0].children[0].effect, 0.4, 0.03);
  EXPECT_EQ(fleet.latest.at(fleet.id).effect, open[0].effect);  // so that it is kept
}

TEST(RegressionEngineLifeTest, AFurtherStepThatIsMuchLargerIsToldOnce) {
  Alerted fleet;
  fleet.Steps(120);
  fleet.levels[1] = 1.7;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_THAT(fleet.notified, ElementsAre(fleet.id, fleet.id));
  EXPECT_NEAR(fleet.latest.at(fleet.id).effect, 0.7, 0.03);
  fleet.Steps(150);
  EXPECT_EQ(fleet.notified.size(), 2U);
  EXPECT_EQ(fleet.engine->Open().size(), 1U);
  fleet.levels[1] = 1.3;  // not where it came from, but most of the way
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }));
  EXPECT_EQ(fleet.latest.at(fleet.id).state, kResolved);
}

TEST(RegressionEngineLifeTest, WhoAcknowledgedItHearsOfWhatItHasGrownToAndWhoMutedItDoesNot) {
  for (const bool is_muted : {false, true}) {
    Alerted fleet;
    ASSERT_TRUE(is_muted ? fleet.engine->Mute(fleet.id, fleet.now)
                         : fleet.engine->Acknowledge(fleet.id, fleet.now));
    fleet.Steps(120);
    fleet.levels[1] = 1.7;
    fleet.Steps(60);
    EXPECT_EQ(fleet.notified.size(), is_muted ? 1U : 2U);
    EXPECT_NEAR(fleet.latest.at(fleet.id).effect, 0.7, 0.03);
  }
}

TEST(RegressionEngineLifeTest, ADriftThatCreepsBackResolves) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  const auto creep = [&](double by, int most, const auto& until) {
    for (int i = 0; i < most && !until(); ++i) {
      fleet.levels[1] *= by;
      fleet.Steps(1);
    }
    return until();
  };
  ASSERT_TRUE(creep(1.0003, 600, [&] { return !fleet.notified.empty(); }));
  const int64_t id = fleet.notified[0];
  ASSERT_EQ(fleet.latest.at(id).kind, RegressionKind::kDrift);
  fleet.Steps(150);
  EXPECT_EQ(fleet.CountOpen(kFiring), 1U);  // as long as it stays where it is
  ASSERT_TRUE(creep(1 / 1.0003, 600, [&] { return fleet.engine->Open().empty(); }));
  EXPECT_EQ(fleet.latest.at(id).state, kResolved);
  EXPECT_LT(fleet.levels[1], 1 + fleet.options.drift_effect / 2);
  fleet.Steps(200);
  EXPECT_THAT(fleet.notified, ElementsAre(id));
}

TEST(RegressionEngineLifeTest, LaterPointsMayRetractIt) {
  Alerted fleet;
  // Back at once, before it can be told from the level before: nobody saw an improvement.
  fleet.levels[1] = 1;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }, 150));
  const auto state = fleet.latest.at(fleet.id).state;
  EXPECT_TRUE(state == kRetracted || state == kResolved) << ToString(state);
  fleet.Steps(200);
  EXPECT_THAT(fleet.notified, ElementsAre(fleet.id));
}

TEST(RegressionEngineCommandTest, AcknowledgeAndMuteKeepItOpen) {
  Alerted fleet;
  const auto acknowledged = fleet.engine->Acknowledge(fleet.id, fleet.now + 5);
  ASSERT_TRUE(acknowledged);
  EXPECT_EQ(acknowledged->state, kAcknowledged);
  EXPECT_EQ(EnteredAt(*acknowledged, kAcknowledged), fleet.now + 5);
  EXPECT_EQ(fleet.CountOpen(kAcknowledged), 1U);
  fleet.Steps(1);
  EXPECT_EQ(fleet.latest.at(fleet.id).state, kAcknowledged);  // so that it is kept
  ASSERT_TRUE(fleet.engine->Mute(fleet.id, fleet.now));
  EXPECT_EQ(fleet.CountOpen(kMuted), 1U);
  ASSERT_TRUE(fleet.engine->Acknowledge(fleet.id, fleet.now));
  fleet.Steps(100);
  EXPECT_THAT(fleet.notified, ElementsAre(fleet.id));
  fleet.levels[1] = 1;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }));
  EXPECT_EQ(fleet.latest.at(fleet.id).state, kResolved);
}

TEST(RegressionEngineCommandTest, AcceptMakesTheLevelTheBaseline) {
  Alerted fleet;
  const auto accepted = fleet.engine->Accept(fleet.id, fleet.now);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(accepted->state, kAccepted);
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  fleet.marks.clear();
  fleet.Steps(1);
  EXPECT_EQ(fleet.latest.at(fleet.id).state, kAccepted);
  fleet.Steps(300);
  // What drift is measured against, once the level is well known.
  ASSERT_EQ(fleet.marks.size(), 1U);
  EXPECT_EQ(fleet.marks[0].series, 1);
  EXPECT_EQ(fleet.marks[0].from_unix_nanos, 0);
  EXPECT_NEAR(fleet.marks[0].accepted, 1.3, 0.02);
  EXPECT_EQ(fleet.notified.size(), 1U);
  fleet.levels[1] = 1.3 * 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_NEAR(fleet.latest.at(fleet.notified[1]).before, 1.3, 0.02);
}

TEST(RegressionEngineCommandTest, AnAcceptedDriftIsNotToldAgainButAFurtherOneIs) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  const auto creep = [&] {
    const size_t before = fleet.notified.size();
    for (int i = 0; i < 600 && fleet.notified.size() == before; ++i) {
      fleet.levels[1] *= 1.0003;
      fleet.Steps(1);
    }
    return fleet.notified.size() > before;
  };
  ASSERT_TRUE(creep());
  ASSERT_TRUE(fleet.engine->Accept(fleet.notified[0], fleet.now));
  fleet.Steps(300);
  EXPECT_EQ(fleet.notified.size(), 1U);
  ASSERT_TRUE(creep());
  EXPECT_EQ(fleet.latest.at(fleet.notified[1]).kind, RegressionKind::kDrift);
}

TEST(RegressionEngineCommandTest, WhatIsNotOpenIsNotFound) {
  Alerted fleet;
  ASSERT_TRUE(fleet.engine->Accept(fleet.id, fleet.now));
  for (const int64_t id : {fleet.id, fleet.id + 1, int64_t{0}, int64_t{-1}}) {
    for (const auto& result :
         {fleet.engine->Acknowledge(id, fleet.now), fleet.engine->Mute(id, fleet.now),
          fleet.engine->Accept(id, fleet.now)}) {
      ASSERT_FALSE(result) << id;
      EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
      EXPECT_THAT(result.error().message, HasSubstr(std::to_string(id)));
    }
  }
}

TEST(RegressionEngineCommandTest, WhatTheStateDoesNotAllowNamesBoth) {
  Alerted fleet;
  ASSERT_TRUE(fleet.engine->Acknowledge(fleet.id, fleet.now));
  const auto again = fleet.engine->Acknowledge(fleet.id, fleet.now + 1);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(again.error().message, HasSubstr("is acknowledged"));
  EXPECT_THAT(again.error().message, HasSubstr("cannot become acknowledged"));
  EXPECT_EQ(EnteredAt(fleet.engine->Open().at(0), kAcknowledged), fleet.now);  // as it was
}

TEST(RegressionEngineCommandTest, ASuspectIsOutOfReach) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return !fleet.re_runs.empty(); }));
  const int64_t id = fleet.re_runs[0].regression;
  for (const auto& result :
       {fleet.engine->Acknowledge(id, fleet.now), fleet.engine->Mute(id, fleet.now),
        fleet.engine->Accept(id, fleet.now)}) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(result.error().message, HasSubstr("suspect"));
  }
  EXPECT_TRUE(fleet.UntilNotified());
}

// Nodes of no host and no release, whose series begin as late as this in the day.
void StepTogether(Fleet& fleet, int nodes) {
  for (int i = 1; i <= nodes; ++i) {
    fleet.AddNode("n" + std::to_string(i), i);
    fleet.engine->PutSeries(SeriesOf(i, "n" + std::to_string(i)));
  }
  fleet.Steps(144);  // three whole days
  for (auto& [series, level] : fleet.levels) level = 1.3;
}

TEST(RegressionEngineBudgetTest, WhatIsBeyondItWaitsForTheNextDay) {
  Fleet fleet({.min_effect_of = {}, .notifications_a_day = 2});
  StepTogether(fleet, 5);
  const int64_t day = fleet.now / kDay;
  for (const size_t told : {2, 4, 5}) {
    const int64_t today = day + static_cast<int64_t>((told - 1) / 2);
    ASSERT_TRUE(fleet.StepUntil([&] { return (fleet.now + kInterval) / kDay > today; }));
    EXPECT_EQ(fleet.notified.size(), told);
    EXPECT_EQ(fleet.CountOpen(kFiring), 5U);
    const auto open = fleet.engine->Open();
    EXPECT_EQ(std::count_if(open.begin(), open.end(), [](const auto& one) { return one.notified; }),
              static_cast<std::ptrdiff_t>(told));
  }
  std::sort(fleet.notified.begin(), fleet.notified.end());
  EXPECT_EQ(std::adjacent_find(fleet.notified.begin(), fleet.notified.end()),
            fleet.notified.end());  // each once
}

TEST(RegressionEngineBudgetTest, WhoKnowsOfItIsNotTold) {
  Fleet fleet({.min_effect_of = {}, .notifications_a_day = 1});
  StepTogether(fleet, 3);
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.CountOpen(kFiring) == 3; }));
  ASSERT_EQ(fleet.notified.size(), 1U);
  for (const auto& regression : fleet.engine->Open()) {
    if (!regression.notified) {
      ASSERT_TRUE(fleet.engine->Mute(regression.id, fleet.now));
    }
  }
  fleet.Steps(150);
  EXPECT_EQ(fleet.notified.size(), 1U);
}

std::string Story() {
  Fleet fleet;
  for (int i = 1; i <= 6; ++i) fleet.AddNode("g" + std::to_string(i), i, i < 4 ? "h1" : "h2");
  std::ostringstream story;
  for (int i = 0; i < 400; ++i) {
    if (i == 150) fleet.levels[1] = fleet.levels[2] = fleet.levels[3] = 1.2;
    if (i == 200) fleet.levels[5] = 1.1;
    if (i == 300) fleet.levels[5] = 1;
    const auto outcome = fleet.Step();
    for (const auto& one : outcome.changed) {
      story << i << ' ' << one.id << ToString(one.state) << one.subject << one.effect << one.p
            << one.children.size() << one.onset_unix_nanos << '\n';
    }
    for (const auto& one : outcome.re_runs) story << i << one.node << one.runs << '\n';
    for (const auto& one : outcome.marks) story << i << one.series << one.ratio << '\n';
    for (const int64_t id : outcome.notify) story << i << "tell" << id << '\n';
    for (const int64_t id : outcome.dropped) story << i << "drop" << id << '\n';
  }
  return story.str();
}

TEST(RegressionEngineTest, TheSameCallsGiveTheSameAnswers) {
  const auto story = Story();
  EXPECT_THAT(story, HasSubstr("tell"));
  EXPECT_THAT(story, HasSubstr("resolved"));
  EXPECT_EQ(Story(), story);
}

// What fires in a fleet where much changes at once, with rounds in one go, or in parts with
// commands in between.
std::vector<std::pair<int, int64_t>> FiredOf(bool in_parts) {
  Fleet fleet;
  for (int64_t i = 1; i <= 12; ++i) fleet.AddNode("n" + std::to_string(i), i);
  fleet.Steps(150);
  for (int64_t i = 1; i <= 12; i += 2) fleet.levels[i] = 1.3;
  if (in_parts) {
    fleet.before_round = [&](int64_t now) {
      while (fleet.engine->LookAtSome(now, 1)) static_cast<void>(fleet.engine->TakeChanges());
    };
  }
  std::vector<std::pair<int, int64_t>> fired;
  for (int step = 0; step < 40; ++step) {
    for (const auto id : fleet.Step().notify) fired.emplace_back(step, id);
  }
  EXPECT_EQ(fleet.re_runs.size(), 6U);
  return fired;
}

TEST(RegressionEngineCommandTest, ARoundInPartsComesToTheSame) {
  const auto fired = FiredOf(/*in_parts=*/false);
  EXPECT_EQ(fired.size(), 6U);
  EXPECT_EQ(FiredOf(/*in_parts=*/true), fired);
}

TEST(RegressionEngineCommandTest, WhatCommandsBringAboutCanBeTakenAtOnce) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_TRUE(fleet.engine->TakeChanges().changed.empty());
  ASSERT_TRUE(fleet.engine->Accept(fleet.notified[0], fleet.now));
  const auto changes = fleet.engine->TakeChanges();
  ASSERT_EQ(changes.changed.size(), 1U);
  EXPECT_EQ(changes.changed[0].state, RegressionState::kAccepted);
  EXPECT_TRUE(fleet.Step().changed.empty());
}

}  // namespace
}  // namespace hypergauge::analysis
