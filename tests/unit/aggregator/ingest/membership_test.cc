#include "aggregator/ingest/membership.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A stream that nothing is sent on.
struct QuietLink final : SessionLink {
  void Send(const v1::AggregatorMessage& /*message*/) override {}
  void Supersede() override {}
  void AskPresence(std::function<void(bool there)> /*answer*/) override {}
  void Stop() override {}
};

constexpr hours kVanishAfter{30 * 24};

class MembershipTest : public RecordKeepingTest {
 protected:
  // What an aggregator has in memory; made anew by Restart.
  struct Running {
    Running(Store& store, EventLog& events, const Clock& clock)
        : environments(store, events, [this](const std::string& id) { return fleet.LabelOf(id); }),
          membership(store, fleet, sessions, events, environments, clock) {
      const auto state = store.LoadState();
      EXPECT_TRUE(state.has_value());
      fleet.Restore(*state);
      environments.Restore(*state);
    }
    Fleet fleet{std::chrono::minutes(30)};
    Sessions sessions;
    EnvironmentLog environments;
    Membership membership;
  };

  void SetUp() override { Restart(); }

  void Restart() {
    Flush();
    running_ = std::make_unique<Running>(*store_, log_, clock_);
  }

  void Connect(const std::string& name) { Connect(MakeHello(name)); }

  void Connect(const v1::Hello& hello) {
    const auto name = hello.identity().node_id().substr(3);  // behind "id-"
    store_->PutNode(hello, clock_.now.count(), {});
    Flush();
    auto link = std::make_shared<QuietLink>();
    links_[name] = link;
    const std::lock_guard lock(running_->membership.mutex());
    ASSERT_TRUE(running_->sessions.Add("id-" + name, link));
    running_->membership.Joined(hello);
  }

  void Disconnect(const std::string& name) {
    const std::lock_guard lock(running_->membership.mutex());
    ASSERT_TRUE(running_->sessions.Remove("id-" + name, links_.at(name).get()));
    running_->membership.Left("id-" + name);
  }

  // "node_enrolled id-a", oldest first.
  std::vector<std::string> Told() {
    std::vector<std::string> told;
    for (const auto& event : Events()) {
      told.insert(told.begin(), EventKindName(event.kind()) + " " + event.node_id());
    }
    return told;
  }

  std::vector<std::string> Listed() {
    std::vector<std::string> labels;
    for (const auto& node : running_->fleet.Nodes()) labels.push_back(node.label());
    return labels;
  }

  std::string FleetScrape() {
    exporter::Snapshot snapshot;
    running_->fleet.CollectInto(snapshot);
    running_->environments.CollectInto(snapshot);
    return exporter::WriteExposition(snapshot, exporter::Format::kText004, 0);
  }

  std::map<std::string, std::shared_ptr<SessionLink>> links_;
  std::unique_ptr<Running> running_;
};

TEST_F(MembershipTest, OnlyTheFirstHelloEnrolls) {
  Connect("a");
  Disconnect("a");
  Connect("a");
  Disconnect("a");
  Restart();
  Connect("a");
  EXPECT_THAT(Told(), ElementsAre("node_enrolled id-a"));
}

TEST_F(MembershipTest, ASilentNodeVanishesFromAllListsAndMetricsAndComesBackWithItsRuns) {
  Connect("a");
  Connect("b");
  store_->PutRun(MakeRun("a", 1), {});
  running_->fleet.Record(MakeRun("a", 1));
  Disconnect("a");
  clock_.now += kVanishAfter - hours(1);
  running_->membership.Sweep(kVanishAfter);
  EXPECT_THAT(Listed(), ElementsAre("a", "b"));
  clock_.now += hours(1);
  running_->membership.Sweep(kVanishAfter);
  EXPECT_THAT(Listed(), ElementsAre("b"));  // which is connected, however long
  EXPECT_THAT(FleetScrape(), Not(HasSubstr("node=\"a\"")));
  Flush();
  EXPECT_NE(store_->Epochs("id-a")->environments(0).ended_unix_nanos(), 0);
  Restart();
  EXPECT_THAT(Listed(), ElementsAre("b"));
  Connect("a");
  EXPECT_THAT(Listed(), ElementsAre("a", "b"));
  EXPECT_THAT(FleetScrape(), HasSubstr("hypergauge_runs_total{benchmark=\"cpu_blowfish\","
                                       "node=\"a\",verdict=\"clean\"} 1\n"));
  EXPECT_THAT(Told(), ElementsAre("node_enrolled id-a", "node_enrolled id-b", "node_vanished id-a",
                                  "node_returned id-a"));
  Restart();
  EXPECT_THAT(Listed(), ElementsAre("a", "b"));
}

TEST_F(MembershipTest, AnAggregatorThatWasAwayGivesNodesTimeToComeBack) {
  Connect("a");
  Disconnect("a");
  clock_.now += 2 * kVanishAfter;
  Restart();
  running_->membership.Sweep(kVanishAfter);
  EXPECT_THAT(Listed(), ElementsAre("a"));
  clock_.now += hours(1);
  running_->membership.Sweep(kVanishAfter);
  EXPECT_TRUE(Listed().empty());
}

TEST_F(MembershipTest, WhoWasConnectedWhenTheAggregatorDiedWasSeenThen) {
  Connect("a");
  clock_.now += 2 * kVanishAfter;
  running_->fleet.Heard("id-a", clock_.now.count());
  running_->membership.Sweep(kVanishAfter);
  Restart();  // without Disconnect: as after a crash
  clock_.now += kVanishAfter - hours(1);
  running_->membership.Sweep(kVanishAfter);
  EXPECT_THAT(Listed(), ElementsAre("a"));
}

TEST_F(MembershipTest, RemovingIsRefusedForWhoIsConnectedOrUnknown) {
  Connect("a");
  EXPECT_EQ(running_->membership.Remove("a").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(running_->membership.Remove("ghost").error().code, ErrorCode::kNotFound);
  EXPECT_THAT(Listed(), ElementsAre("a"));
}

TEST_F(MembershipTest, ARemovedNodeIsGoneAfterARestartTooAndEnrollsAsBefore) {
  std::vector<std::string> gone;
  running_->membership.AddGoneListener([&](const std::string& id) { gone.push_back(id); });
  Connect("a");
  store_->PutRun(MakeRun("a", 1), {});
  Disconnect("a");
  ASSERT_TRUE(running_->membership.Remove("a").has_value());
  EXPECT_THAT(gone, ElementsAre("id-a"));
  EXPECT_TRUE(Listed().empty());
  EXPECT_EQ(running_->membership.Remove("a").error().code, ErrorCode::kNotFound);
  Restart();
  EXPECT_TRUE(Listed().empty());
  EXPECT_EQ(*store_->HighestSequence("id-a", 1), 1U);  // its runs stay
  Connect("a");
  EXPECT_THAT(Listed(), ElementsAre("a"));
  EXPECT_THAT(Told(), ElementsAre("node_enrolled id-a", "node_removed id-a", "node_enrolled id-a"));
}

TEST_F(MembershipTest, TheNameOfANodeThatLeftIsFree) {
  Connect("a");
  Disconnect("a");
  ASSERT_TRUE(running_->membership.Remove("a").has_value());
  auto other = MakeHello("a");
  other.mutable_identity()->set_node_id("id-other");
  running_->fleet.Connected(other, clock_.now.count());
  EXPECT_THAT(Listed(), ElementsAre("a"));
}

TEST_F(MembershipTest, ARenamedNodeStaysItselfAndAnEventSaysSo) {
  Connect("a");
  auto hello = MakeHello("a");
  hello.mutable_identity()->set_name("b");
  Connect(hello);
  Connect(hello);
  EXPECT_THAT(Told(), ElementsAre("node_enrolled id-a", "node_renamed id-a"));
  const auto renamed = Events({.kinds = {v1::Event::KIND_NODE_RENAMED}}).at(0);
  EXPECT_EQ(renamed.old_value(), "a");
  EXPECT_EQ(renamed.new_value(), "b");
  EXPECT_EQ(running_->fleet.LabelOf("id-a"), "b");
}

TEST_F(MembershipTest, LabelsAreTheSameAfterARestartInWhateverOrderTheNodesEnrolled) {
  Connect("p1");
  Connect("p2");
  auto second = MakeHello("p2");
  second.mutable_identity()->set_name("x");
  Connect(second);
  auto first = MakeHello("p1");
  first.mutable_identity()->set_name("x");
  Connect(first);
  const auto label = running_->fleet.LabelOf("id-p1");
  EXPECT_THAT(label, ::testing::StartsWith("x-id-p1"));
  for (int restart = 0; restart < 2; ++restart) {
    Restart();
    EXPECT_EQ(running_->fleet.LabelOf("id-p2"), "x");
    EXPECT_EQ(running_->fleet.LabelOf("id-p1"), label);
    Connect(first);
    Connect(second);
    EXPECT_EQ(running_->fleet.LabelOf("id-p2"), "x");
    EXPECT_EQ(running_->fleet.LabelOf("id-p1"), label);
  }
}

TEST_F(MembershipTest, ANodeComesBackUnderItsLabelUnlessAnotherHasItNow) {
  Connect("a");
  Disconnect("a");
  clock_.now += kVanishAfter;
  running_->membership.Sweep(kVanishAfter);
  auto other = MakeHello("b");
  other.mutable_identity()->set_name("a");
  Connect(other);
  EXPECT_EQ(running_->fleet.LabelOf("id-b"), "a");
  Connect("a");
  const auto label = running_->fleet.LabelOf("id-a");
  EXPECT_NE(label, "a");
  EXPECT_EQ(running_->fleet.LabelOf("id-b"), "a");
  // The one that it has now is its own, even when the first would be free again.
  Disconnect("a");
  Disconnect("b");
  ASSERT_TRUE(running_->membership.Remove("a").has_value());
  Restart();
  Connect("a");
  EXPECT_EQ(running_->fleet.LabelOf("id-a"), label);
}

TEST_F(MembershipTest, WhoTakesThePlaceOfOneThatVanishedIsCalledAsIt) {
  Connect("old");
  Disconnect("old");
  clock_.now += kVanishAfter;
  running_->membership.Sweep(kVanishAfter);
  auto taker = MakeHello("new");
  taker.mutable_identity()->set_name("old");
  Connect(taker);
  EXPECT_EQ(running_->fleet.LabelOf("id-new"), "old");
  {
    const std::lock_guard lock(running_->membership.mutex());
    running_->membership.Replaced("id-old", "id-new");
  }
  Disconnect("new");
  Connect("old");
  EXPECT_THAT(Listed(), ElementsAre("old"));
  EXPECT_EQ(running_->fleet.LabelOf("id-old"), "old");
  EXPECT_EQ(Events({.kinds = {v1::Event::KIND_NODE_REPLACED}}).at(0).old_value(), "old");
}

TEST_F(MembershipTest, ANodeThatWasOnAHostIsAGuestAfterARestartToo) {
  Connect("a");
  Connect("b");
  v1::PlacementEpoch epoch;
  epoch.set_began_unix_nanos(1);
  epoch.set_host("b");
  store_->PutPlacementEpoch("id-a", epoch);
  epoch.set_began_unix_nanos(2);
  epoch.clear_host();
  store_->PutPlacementEpoch("id-a", epoch);
  Restart();
  EXPECT_EQ(running_->fleet.Nodes()[0].role(), v1::ROLE_GUEST);
  EXPECT_EQ(running_->fleet.Nodes()[1].role(), v1::ROLE_HOST);
  Connect("a");
  EXPECT_EQ(running_->fleet.Nodes()[0].role(), v1::ROLE_GUEST);
}

TEST_F(MembershipTest, ACopyEnrollsWithWhereItComesFrom) {
  Connect("a");
  auto copy = MakeHello("copy");
  copy.set_split_from("id-a");
  Connect(copy);
  Connect(copy);
  const auto enrolled = Events({.kinds = {v1::Event::KIND_NODE_ENROLLED}});
  ASSERT_EQ(enrolled.size(), 2U);
  EXPECT_EQ(enrolled[0].subject(), "split_from");
  EXPECT_EQ(enrolled[0].old_value(), "a");
}

TEST_F(MembershipTest, WhoTookAnothersPlaceIsGoneForEver) {
  Connect("old");
  Disconnect("old");
  Connect("new");
  std::vector<std::string> removed;
  running_->membership.AddGoneListener([&](const std::string& id) { removed.push_back(id); });
  {
    const std::lock_guard lock(running_->membership.mutex());
    running_->membership.Replaced("id-old", "id-new");
  }
  EXPECT_THAT(removed, ElementsAre("id-new"));
  Disconnect("new");  // its stream ends later, and must not bring it back
  Connect("old");
  EXPECT_THAT(Told(),
              ElementsAre("node_enrolled id-old", "node_enrolled id-new", "node_replaced id-old"));
  Restart();
  EXPECT_EQ(running_->fleet.LabelOf("id-new"), "");
  EXPECT_EQ(running_->fleet.LabelOf("id-old"), "old");
}

}  // namespace
}  // namespace hypergauge::aggregator
