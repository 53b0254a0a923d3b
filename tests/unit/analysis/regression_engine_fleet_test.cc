#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "aggregator/analysis/regression_engine.h"
#include "tests/unit/analysis/engine_harness.h"

// A RegressionEngine with several series: hosts, releases and causes.
namespace hypergauge::analysis {
namespace {

using enum RegressionState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int64_t kMinute = 60'000'000'000;

NodeEvent EventAt(int64_t at, const std::string& node) {
  return {.unix_nanos = at,
          .node = node,
          .subject = "kernel_release",
          .old_value = "6.1",
          .new_value = "6.6"};
}

// Guests g1 to g5 of h1 with the series 1 to 5, and x1 to x5 of h2 with 11 to 15.
void AddGuests(Fleet& fleet) {
  for (int i = 1; i <= 5; ++i) {
    fleet.AddNode("g" + std::to_string(i), i, "h1");
    fleet.AddNode("x" + std::to_string(i), 10 + i, "h2");
  }
}

void MoveGuestsOfH1(Fleet& fleet, double level) {
  for (int i = 1; i <= 5; ++i) fleet.levels[i] = level;
}

std::vector<std::string> NodesOf(const Regression& regression) {
  std::vector<std::string> nodes;
  for (const auto& child : regression.children) nodes.push_back(child.node);
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

TEST(RegressionEngineHostTest, AllGuestsTogetherAreOneAlert) {
  Fleet fleet;
  AddGuests(fleet);
  fleet.Steps(150);
  const int64_t change = fleet.now + kInterval;
  MoveGuestsOfH1(fleet, 1.3);
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(60);
  ASSERT_EQ(fleet.notified.size(), 1U);
  EXPECT_EQ(fleet.engine->Open().size(), 1U);
  const auto& fired = fleet.latest.at(fleet.notified[0]);
  EXPECT_EQ(fired.scope, RegressionScope::kHost);
  EXPECT_EQ(fired.subject, "h1");
  EXPECT_EQ(fired.blame, "host, hypervisor or contention");  // the host is not measured
  EXPECT_NEAR(fired.effect, 0.3, 0.03);
  EXPECT_NEAR(static_cast<double>(fired.onset_unix_nanos - change), 0, 2.0 * kInterval);
  EXPECT_THAT(NodesOf(fired), ElementsAre("g1", "g2", "g3", "g4", "g5"));
}

TEST(RegressionEngineHostTest, AGuestAloneIsItsOwnAffair) {
  Fleet fleet;
  AddGuests(fleet);
  fleet.Steps(150);
  fleet.levels[3] = 1.3;
  fleet.Steps(60);
  ASSERT_EQ(fleet.notified.size(), 1U);
  const auto& fired = fleet.latest.at(fleet.notified[0]);
  EXPECT_EQ(fired.scope, RegressionScope::kNode);
  EXPECT_EQ(fired.subject, "g3");
  EXPECT_THAT(NodesOf(fired), ElementsAre("g3"));
}

TEST(RegressionEngineHostTest, TheHostsOwnSeriesSaysWhoseFaultItIs) {
  for (const double host_level : {1.0, 1.3}) {
    Fleet fleet;
    fleet.AddNode("h1", 100);
    AddGuests(fleet);
    fleet.Steps(150);
    MoveGuestsOfH1(fleet, 1.3);
    fleet.levels[100] = host_level;
    fleet.Steps(60);
    ASSERT_EQ(fleet.notified.size(), 1U);
    const auto& fired = fleet.latest.at(fleet.notified[0]);
    EXPECT_EQ(fired.scope, RegressionScope::kHost);
    EXPECT_EQ(fired.blame, host_level > 1 ? "host" : "hypervisor or contention");
  }
}

TEST(RegressionEngineHostTest, ItEndsWithTheLastOfItsChildren) {
  Fleet fleet;
  AddGuests(fleet);
  fleet.Steps(150);
  MoveGuestsOfH1(fleet, 1.3);
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(20);
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(fleet.engine->Open().size(), 1U);
    fleet.engine->RemoveSeries(i);
    fleet.Steps(1);
    EXPECT_EQ(fleet.latest.at(fleet.notified[0]).children.size(), 5U - i);
  }
  EXPECT_THAT(fleet.engine->Open(), IsEmpty());
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).state, kResolved);
}

TEST(RegressionEngineHostTest, FiguresThatAreBackResolveIt) {
  Fleet fleet;
  AddGuests(fleet);
  fleet.Steps(150);
  MoveGuestsOfH1(fleet, 1.3);
  ASSERT_TRUE(fleet.UntilNotified());
  fleet.Steps(60);
  MoveGuestsOfH1(fleet, 1);
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }));
  fleet.Steps(60);
  EXPECT_EQ(fleet.notified.size(), 1U);
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).state, kResolved);
}

// A fleet of 30 guests with a noise of 1 %, on three hosts of a release.
struct Released : Fleet {
  explicit Released(double of_g7 = 1) {
    for (int i = 1; i <= kGuests; ++i) {
      auto node = NodeOn("g" + std::to_string(i), "h" + std::to_string(i % 3));
      node.platform = "pve";
      node.platform_version = "8.1";
      engine->PutNode(node);
      engine->PutSeries(SeriesOf(i, node.node));
      levels[i] = 1;
    }
    Steps(150);
    Move(1.022);
    levels[7] *= of_g7;
    UntilNotified();
    id = notified.empty() ? 0 : notified[0];
  }
  void Move(double level) {
    for (int i = 1; i <= kGuests; ++i) levels[i] = level;
  }
  static constexpr int kGuests = 30;
  int64_t id = 0;
};

TEST(RegressionEngineReleaseTest, WhatOnlyAllOfThemShowIsToldAndResolved) {
  Released fleet;
  ASSERT_GT(fleet.id, 0);
  const auto& fired = fleet.latest.at(fleet.id);
  EXPECT_EQ(fired.scope, RegressionScope::kPlatform);
  EXPECT_TRUE(fired.is_pooled);
  fleet.Steps(60);
  EXPECT_EQ(fleet.CountOpen(kFiring), 1U);
  EXPECT_NEAR(fleet.latest.at(fleet.id).effect, 0.022, 0.003);
  fleet.Move(1);
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.engine->Open().empty(); }, 20));
  EXPECT_EQ(fleet.latest.at(fleet.id).state, kResolved);
  fleet.Steps(60);
  EXPECT_EQ(fleet.notified.size(), 1U);
  fleet.Move(1.022);  // and it may come again
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_GT(fleet.notified[1], fleet.id);
}

TEST(RegressionEngineReleaseTest, AnAlertOfAllDoesNotMuteAMember) {
  Released fleet;
  fleet.Steps(40);
  fleet.levels[7] *= 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  const auto& own = fleet.latest.at(fleet.notified[1]);
  EXPECT_NE(own.id, fleet.id);
  EXPECT_EQ(own.scope, RegressionScope::kNode);
  EXPECT_EQ(own.subject, "g7");
  EXPECT_NEAR(own.effect, 0.3, 0.03);
  fleet.Steps(40);
  // What the member has come back from is its own; the release is as bad as it was.
  fleet.levels[7] /= 1.3;
  ASSERT_TRUE(fleet.StepUntil([&] { return fleet.latest.at(own.id).state == kResolved; }));
  fleet.Steps(20);
  EXPECT_EQ(fleet.CountOpen(kFiring), 1U);
  EXPECT_THAT(NodesOf(fleet.latest.at(fleet.id)), Contains("g7"));
  EXPECT_EQ(fleet.notified.size(), 2U);
}

TEST(RegressionEngineReleaseTest, AMemberThatIsFarWorseAtTheSameTimeIsToldToo) {
  Released fleet(1.3);
  fleet.Steps(60);
  ASSERT_EQ(fleet.notified.size(), 2U);
  std::vector<RegressionScope> scopes;
  for (const int64_t id : fleet.notified) scopes.push_back(fleet.latest.at(id).scope);
  EXPECT_THAT(scopes, UnorderedElementsAre(RegressionScope::kPlatform, RegressionScope::kNode));
}

// Three hosts whose nodes get another kernel in the same interval, and are slower from then on.
TEST(RegressionEngineReleaseTest, NodesOfManyHostsThatGotAKernelAreOneAlert) {
  Fleet fleet;
  const auto put = [&](int host, const std::string& kernel) {
    auto node = NodeOn("k" + std::to_string(host), "h" + std::to_string(host));
    node.kernel = kernel;
    fleet.engine->PutNode(node);
  };
  for (int host = 1; host <= 12; ++host) {
    put(host, "6.1");
    fleet.engine->PutSeries(SeriesOf(host, "k" + std::to_string(host)));
    fleet.levels[host] = 1;
  }
  fleet.Steps(150);
  for (int host = 1; host <= 8; ++host) {
    put(host, "6.6");
    fleet.engine->AddEvent(EventAt(fleet.now + kMinute, "k" + std::to_string(host)));
    fleet.levels[host] = 1.3;
  }
  fleet.Steps(60);
  ASSERT_EQ(fleet.notified.size(), 1U);
  const auto& fired = fleet.latest.at(fleet.notified[0]);
  EXPECT_EQ(fired.scope, RegressionScope::kKernel);
  EXPECT_EQ(fired.subject, "6.6");
  EXPECT_EQ(fired.blame, "kernel");
  EXPECT_EQ(fired.children.size(), 8U);
  EXPECT_THAT(fired.cause, HasSubstr("kernel_release changed from 6.1 to 6.6"));
}

TEST(RegressionEngineCauseTest, TheNearestEventBeforeTheChangeIsIt) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.engine->AddEvent(EventAt(fleet.now - 30 * kInterval, "n1"));  // too long ago
  fleet.engine->AddEvent(EventAt(fleet.now + 5 * kMinute, "n1"));
  fleet.engine->AddEvent(EventAt(fleet.now + 6 * kMinute, "another"));
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).cause,
            "kernel_release changed from 6.1 to 6.6, 25 min before");
}

TEST(RegressionEngineCauseTest, AnOldEventIsNone) {
  Fleet fleet;
  fleet.AddNode("n1", 1);
  fleet.Steps(150);
  fleet.engine->AddEvent(EventAt(fleet.now - 30 * kInterval, "n1"));
  fleet.levels[1] = 1.3;
  ASSERT_TRUE(fleet.UntilNotified());
  EXPECT_EQ(fleet.latest.at(fleet.notified[0]).cause, "");
}

TEST(RegressionEngineCauseTest, WhatHappenedToTheHostIsTheCauseForItsGuests) {
  for (const bool is_measured : {true, false}) {
    Fleet fleet;
    if (is_measured) fleet.AddNode("h1", 100);
    AddGuests(fleet);
    if (!is_measured) fleet.engine->PutNode(NodeOn("h1"));
    fleet.Steps(150);
    fleet.engine->AddEvent(EventAt(fleet.now + 5 * kMinute, "h1"));
    MoveGuestsOfH1(fleet, 1.3);
    if (is_measured) fleet.levels[100] = 1.3;
    ASSERT_TRUE(fleet.UntilNotified());
    const auto& fired = fleet.latest.at(fleet.notified[0]);
    EXPECT_EQ(fired.scope, RegressionScope::kHost);
    EXPECT_THAT(fired.cause, HasSubstr("kernel_release changed from 6.1 to 6.6"))
        << (is_measured ? "measured" : "not measured");
  }
}

}  // namespace
}  // namespace hypergauge::analysis
