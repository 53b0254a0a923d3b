#include "aggregator/placement/placement_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PlacementKeeperTest : public RecordKeepingTest {
 protected:
  using Words = std::vector<std::string>;

  // What an aggregator has in memory; made anew by Restart.
  struct Running {
    Running(Store& store, EventLog& events, const Clock& clock)
        : dispatcher({}, {.store = store,
                          .book = book,
                          .events = events,
                          .clock = clock,
                          .send = [](const auto&, const auto&) { return false; },
                          .label_of = [this](const auto& id) { return fleet.LabelOf(id); },
                          .on_interval = [](const auto&, const auto&, Time) {},
                          .collisions = [] { return uint64_t{0}; }}),
          keeper(store, fleet, events, dispatcher, clock) {
      const auto state = store.LoadState();
      EXPECT_TRUE(state.has_value());
      fleet.Restore(*state);
      keeper.Restore(*state);
    }
    Fleet fleet{std::chrono::minutes(30)};
    LeaseBook book;
    Dispatcher dispatcher;
    PlacementKeeper keeper;
  };

  void SetUp() override { Restart(); }

  void Restart() {
    Flush();
    running_ = std::make_unique<Running>(*store_, log_, clock_);
  }

  // Returns the machine that leases of the node lock.
  std::string Connect(const std::string& name, const Words& own, const Words& guests = {}) {
    auto hello = MakeHello(name);
    hello.mutable_placement()->mutable_own_digests()->Assign(own.begin(), own.end());
    hello.mutable_placement()->mutable_guest_digests()->Assign(guests.begin(), guests.end());
    clock_.now += std::chrono::seconds(1);
    store_->PutNode(hello, clock_.now.count(), {});
    store_->PutStanding("id-" + name, Standing::kListed, clock_.now.count());
    running_->fleet.Connected(hello, clock_.now.count());
    return running_->keeper.Connected(hello);
  }

  void Disconnect(const std::string& name) {
    running_->fleet.Disconnected("id-" + name, clock_.now.count());
    running_->keeper.Disconnected("id-" + name);
  }

  // "placement_changed a > b", oldest first.
  Words Told() {
    Words told;
    for (const auto& event : Events()) {
      told.insert(told.begin(), EventKindName(event.kind()) + " " + event.old_value() + " > " +
                                    event.new_value());
    }
    return told;
  }

  std::vector<v1::PlacementEpoch> Epochs(const std::string& name) {
    Flush();
    const auto epochs = store_->Epochs("id-" + name);
    EXPECT_TRUE(epochs.has_value());
    return {epochs->placements().begin(), epochs->placements().end()};
  }

  v1::Placement PlacementOf(const std::string& name) {
    for (const auto& node : running_->fleet.Nodes()) {
      if (node.label() == name) return node.placement();
    }
    ADD_FAILURE() << name << " is not listed";
    return {};
  }

  std::string FleetScrape() {
    exporter::Snapshot snapshot;
    running_->fleet.CollectInto(snapshot);
    return exporter::WriteExposition(snapshot, exporter::Format::kText004, 0);
  }

  std::unique_ptr<Running> running_;
};

TEST_F(PlacementKeeperTest, WhereAGuestRunsIsListedExposedAndStored) {
  EXPECT_EQ(Connect("a", {}, {"uuid:1"}), "a");
  EXPECT_EQ(Connect("g", {"uuid:1"}), "a");
  const auto placement = PlacementOf("g");
  EXPECT_EQ(placement.host(), "a");
  EXPECT_EQ(placement.source(), v1::Placement::SOURCE_DISCOVERED);
  EXPECT_EQ(placement.own_digests_size(), 0);  // identities are for matching only
  EXPECT_EQ(PlacementOf("a").guest_digests_size(), 0);
  const auto text = FleetScrape();
  EXPECT_THAT(
      text,
      HasSubstr("\nhypergauge_placement_info{host=\"a\",node=\"g\",source=\"discovered\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nhypergauge_placement_contested{node=\"g\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("hypergauge_placement_contested{node=\"a\"}")));
  EXPECT_THAT(Told(), ElementsAre());  // to be found is no move
  ASSERT_EQ(Epochs("g").size(), 1U);
  EXPECT_EQ(Epochs("g")[0].host(), "a");
  EXPECT_EQ(Epochs("g")[0].source(), v1::Placement::SOURCE_DISCOVERED);
  EXPECT_THAT(Epochs("a"), ElementsAre());
}

TEST_F(PlacementKeeperTest, AMoveIsOneEventAndEndsOneEpochWhereTheOtherBegins) {
  Connect("a", {}, {"uuid:1"});
  Connect("b", {});
  Connect("g", {"uuid:1"});
  Disconnect("g");
  Connect("a", {}, {});
  Connect("b", {}, {"uuid:1"});
  EXPECT_EQ(Connect("g", {"uuid:1"}), "b");
  EXPECT_THAT(Told(), ElementsAre("placement_changed a > b"));
  const auto epochs = Epochs("g");
  ASSERT_EQ(epochs.size(), 2U);
  EXPECT_EQ(epochs[0].host(), "a");
  EXPECT_EQ(epochs[1].host(), "b");
  EXPECT_EQ(epochs[0].ended_unix_nanos(), epochs[1].began_unix_nanos());
  EXPECT_EQ(epochs[1].ended_unix_nanos(), 0);
  EXPECT_EQ(Events()[0].unix_nanos(), epochs[1].began_unix_nanos());
}

TEST_F(PlacementKeeperTest, AContestIsToldAndExposedUntilItEnds) {
  Connect("a", {}, {"uuid:1"});
  Connect("g", {"uuid:1"});
  Connect("b", {}, {"uuid:1"});
  EXPECT_THAT(FleetScrape(), HasSubstr("\nhypergauge_placement_contested{node=\"g\"} 1\n"));
  EXPECT_EQ(PlacementOf("g").host(), "a");
  EXPECT_THAT(Told(), ElementsAre("placement_contested a > b"));
  Connect("b", {}, {});
  EXPECT_THAT(FleetScrape(), HasSubstr("\nhypergauge_placement_contested{node=\"g\"} 0\n"));
  EXPECT_EQ(Told().size(), 1U);
  EXPECT_EQ(Epochs("g").size(), 1U);
}

TEST_F(PlacementKeeperTest, TwinsAreToldInWords) {
  Connect("a", {}, {"uuid:1"});
  Connect("g", {"uuid:1"});
  Connect("impostor", {"uuid:1"});
  const auto events = Events();
  ASSERT_EQ(events.size(), 3U);  // the guest leaves its host, and both are contested
  EXPECT_THAT(events[0].text(), HasSubstr("have the same identity; neither is placed by it"));
  EXPECT_EQ(events[0].subject(), "identity");
  EXPECT_EQ(PlacementOf("g").host(), "");
  EXPECT_THAT(FleetScrape(), Not(HasSubstr("hypergauge_placement_info{")));
}

TEST_F(PlacementKeeperTest, ARestartKnowsEverythingAndTellsNothingAnew) {
  Connect("a", {}, {"uuid:1"});
  Connect("b", {}, {});
  Connect("g", {"uuid:1"});
  Connect("b", {}, {"uuid:1"});
  Restart();
  EXPECT_EQ(PlacementOf("g").host(), "a");
  EXPECT_EQ(PlacementOf("g").source(), v1::Placement::SOURCE_DISCOVERED);
  EXPECT_EQ(Connect("g", {"uuid:1"}), "a");
  EXPECT_EQ(Epochs("g").size(), 1U);
  EXPECT_THAT(FleetScrape(), HasSubstr("\nhypergauge_placement_contested{node=\"g\"} 1\n"));
  EXPECT_THAT(Told(), ElementsAre("placement_contested a > b"));
  Connect("a", {}, {});
  EXPECT_EQ(PlacementOf("g").host(), "b");
  EXPECT_EQ(Epochs("g").size(), 2U);
}

TEST_F(PlacementKeeperTest, ARestartDoesNotTakeARenamedHostForAnotherOne) {
  Connect("a", {}, {"uuid:1"});
  Connect("g", {"uuid:1"});
  EXPECT_EQ(Epochs("g")[0].host_node_id(), "id-a");
  auto renamed = MakeHello("a");
  renamed.mutable_identity()->set_name("renamed");
  renamed.mutable_placement()->add_guest_digests("uuid:1");
  store_->PutNode(renamed, clock_.now.count(), {});
  Restart();
  EXPECT_EQ(PlacementOf("g").host(), "renamed");
  EXPECT_EQ(Epochs("g").size(), 1U);
  EXPECT_THAT(Told(), ElementsAre());
}

TEST_F(PlacementKeeperTest, WhatTheStoreCouldNotTakeIsWrittenLater) {
  Connect("a", {}, {"uuid:1"});
  Connect("b", {}, {});
  Connect("g", {"uuid:1"});
  Break("placement_epochs");
  Connect("a", {}, {});
  Connect("b", {}, {"uuid:1"});
  Connect("b", {}, {});
  Connect("c", {}, {"uuid:1"});
  EXPECT_EQ(Epochs("g").size(), 1U);
  Mend();
  running_->keeper.Settle();
  const auto epochs = Epochs("g");
  ASSERT_EQ(epochs.size(), 3U);
  EXPECT_EQ(epochs[1].host(), "b");
  EXPECT_EQ(epochs[2].host(), "c");
  EXPECT_EQ(epochs[1].ended_unix_nanos(), epochs[2].began_unix_nanos());
}

TEST_F(PlacementKeeperTest, NestedGuestsLockTheOutermostMachine) {
  Connect("metal", {}, {"uuid:1"});
  Connect("outer", {"uuid:1"}, {"uuid:2"});
  EXPECT_EQ(Connect("inner", {"uuid:2"}), "metal");
  EXPECT_EQ(PlacementOf("inner").host(), "outer");
}

TEST_F(PlacementKeeperTest, WhatRunsOnAnotherMachineIsAGuestWhateverItsProbeSays) {
  Connect("a", {}, {"uuid:1"});
  Connect("g", {"uuid:1"});  // as a host, which is what probes say by default
  Connect("g", {"uuid:1"});
  for (const auto& node : running_->fleet.Nodes()) {
    EXPECT_EQ(node.role(), node.label() == "g" ? v1::ROLE_GUEST : v1::ROLE_HOST) << node.label();
  }
}

TEST_F(PlacementKeeperTest, AHostThatLeftTheListsLeavesItsGuests) {
  Connect("a", {}, {"uuid:1"});
  Connect("g", {"uuid:1"});
  Disconnect("a");
  EXPECT_EQ(PlacementOf("g").host(), "a");
  running_->fleet.Remove("id-a");
  running_->keeper.Removed("id-a");
  EXPECT_EQ(PlacementOf("g").host(), "");
  EXPECT_THAT(Told(), ElementsAre("placement_changed a > "));
}

}  // namespace
}  // namespace hypergauge::aggregator
