#include <gtest/gtest.h>

#include <set>

#include "tests/unit/aggregator/schedule/fleet.h"

/// What outlives an aggregator, and probes without one.
namespace hypergauge::aggregator::scheduled {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Turns = std::vector<std::string>;

ScheduleOptions FreeOptions() {
  auto options = PlainOptions();
  options.node_duty = 1;
  options.host_duty = 1;
  return options;
}

Grant OldGrant(const std::string& node_id, const std::string& host, Time end) {
  Grant grant;
  grant.lease_id = "old-" + node_id;
  grant.fencing_token = static_cast<uint64_t>((kStart + hours(24)).count());
  grant.node_id = node_id;
  grant.locks = {{host, kAllResources}};
  grant.plan = "light";
  grant.round = 41;
  grant.pass = 1;
  grant.start = kStart - seconds(10);
  grant.end = end;
  return grant;
}

TEST(ScheduleRestoreTest, LeasesLockUntilTheyExpire) {
  Fleet fleet;
  ScheduleState state;
  state.leases = {OldGrant("a", "host", kStart + seconds(40)),
                  OldGrant("b", "elsewhere", kStart - seconds(1))};
  fleet.schedule.Restore(state, kStart);
  fleet.Connect(Guest("c", "host"));
  const auto actions = fleet.Act();
  EXPECT_TRUE(actions.grants.empty());
  ASSERT_EQ(actions.closed.size(), 1U);
  EXPECT_EQ(actions.closed[0].lease_id, "old-b");
  fleet.RunFor(minutes(1));
  ASSERT_EQ(fleet.closed.size(), 2U);
  EXPECT_EQ(fleet.grants[0].start, kStart + seconds(40));
  EXPECT_GT(fleet.grants[0].fencing_token, state.leases[0].fencing_token);
  EXPECT_GT(fleet.grants[0].round, 41U);
  EXPECT_EQ(fleet.schedule.counts().expired.at("disconnected"), 2U);
}

TEST(ScheduleRestoreTest, ALeaseOfTheLastAggregatorIsGivenBackToThisOne) {
  Fleet fleet(FreeOptions());
  ScheduleState state;
  state.leases = {OldGrant("a", "host", kStart + seconds(40))};
  state.last_rounds[{"a", "light"}] = kStart - seconds(10);
  fleet.schedule.Restore(state, kStart);
  const ActiveLease active{"old-a", state.leases[0].fencing_token, seconds(30)};
  fleet.schedule.Connect(Guest("a", "host"), &active, kStart);
  EXPECT_TRUE(fleet.Act().closed.empty());
  EXPECT_TRUE(fleet.schedule.End("a", "old-a", LeaseOutcome::kCompleted, "", kStart + seconds(9)));
  fleet.now = kStart + seconds(9);
  fleet.RunUntil(kStart + minutes(31));
  ASSERT_EQ(fleet.grants.size(), 2U);
  EXPECT_EQ(fleet.grants[0].start, kStart - seconds(10) + minutes(30));
}

TEST(ScheduleRestoreTest, ATurnThatWasLostWithTheLastAggregatorIsMadeUpFor) {
  for (const bool comes_first : {false, true}) {
    Fleet fleet(FreeOptions());
    ScheduleState state;
    state.leases = {OldGrant("a", "host", kStart + seconds(40))};
    state.last_rounds[{"a", "light"}] = kStart - seconds(10);
    fleet.schedule.Restore(state, kStart);
    const ActiveLease active{"old-a", state.leases[0].fencing_token, seconds(30)};
    // Either it never gives the lease back, or its probe was started anew meanwhile.
    fleet.schedule.Connect(Guest("a", "host"), comes_first ? &active : nullptr, kStart);
    fleet.RunFor(minutes(10));
    EXPECT_EQ(fleet.Turns(), (Turns{"a/1", "a/2"}));
    EXPECT_EQ(fleet.grants.at(0).start, comes_first ? kStart + seconds(40) : kStart);
  }
}

TEST(ScheduleRestoreTest, RoundsKeepTheirRhythm) {
  Fleet fleet(FreeOptions());
  ScheduleState state;
  for (const char* node : {"h", "g1", "g2"}) {
    state.last_rounds[{node, "light"}] = kStart - minutes(20);
  }
  fleet.schedule.Restore(state, kStart);
  fleet.Connect(Guest("g2", "host"));
  fleet.RunFor(seconds(5));
  fleet.Connect(Host("h", "host"));
  fleet.Connect(Guest("g1", "host"));
  fleet.RunFor(minutes(15));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g1/1", "g2/1", "g2/2", "g1/2", "h/2"}));
  EXPECT_EQ(fleet.grants[0].start, kStart + minutes(10));
  EXPECT_EQ(fleet.grants[0].purpose, Purpose::kRound);
}

TEST(ScheduleRestoreTest, WhoDidNotHaveItsTurnInTheRoundThatBrokeOffIsMadeUpFor) {
  Fleet fleet(FreeOptions());
  ScheduleState state;
  state.last_rounds[{"h", "light"}] = kStart - minutes(1);
  state.last_rounds[{"g1", "light"}] = kStart - minutes(31);
  fleet.schedule.Restore(state, kStart);
  fleet.Connect(Host("h", "host"));
  fleet.Connect(Guest("g1", "host"));
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g1/1", "g1/2", "h/2"}));
  EXPECT_EQ(fleet.grants[0].purpose, Purpose::kMakeUp);
}

TEST(ScheduleRestoreTest, RoundsThatNobodyWasThereForAreMissed) {
  Fleet fleet(FreeOptions());
  ScheduleState state;
  state.last_rounds[{"g", "light"}] = kStart - minutes(100);
  // What is in the way now is not why the rounds of the last hour did not come.
  state.leases = {OldGrant("x", "host", kStart + seconds(30))};
  fleet.schedule.Restore(state, kStart);
  fleet.Connect(Guest("g", "host"));
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"g/1", "g/2"}));
  // Due 70, 40 and 10 minutes ago; the last of them came now.
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"disconnected", 2}}));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("host_locked"), 1U);
}

TEST(ScheduleRestoreTest, PausesLast) {
  Fleet fleet;
  ScheduleState state;
  state.pauses = {{"host", kStart, kStart + minutes(5), "upgrade"}, {"old", kStart, kStart, ""}};
  fleet.schedule.Restore(state, kStart);
  EXPECT_EQ(fleet.schedule.Pauses().size(), 1U);
  fleet.Connect(Guest("a", "host"));
  fleet.RunFor(minutes(10));
  EXPECT_EQ(fleet.grants.at(0).start, kStart + minutes(5));
}

TEST(ScheduleRestoreTest, APauseTakesBackWhatTheLastAggregatorGranted) {
  Fleet fleet;
  ScheduleState state;
  // It was paused, and crashed before it could say so.
  state.leases = {OldGrant("a", "host", kStart + seconds(40)),
                  OldGrant("b", "elsewhere", kStart + seconds(40))};
  state.pauses = {{"host", kStart, Time::max(), "upgrade"}};
  fleet.schedule.Restore(state, kStart);
  const ActiveLease active{"old-a", state.leases[0].fencing_token, seconds(30)};
  fleet.schedule.Connect(Guest("a", "host"), &active, kStart);
  const ActiveLease other{"old-b", state.leases[1].fencing_token, seconds(30)};
  fleet.schedule.Connect(Guest("b", "elsewhere"), &other, kStart);
  fleet.Act();
  ASSERT_EQ(fleet.revocations.size(), 1U);
  EXPECT_EQ(fleet.revocations[0].lease_id, "old-a");
  EXPECT_TRUE(fleet.schedule.IsHeld("old-a"));
}

TEST(ScheduleRestoreTest, APauseTakesBackWhatNobodyKnowsOf) {
  Fleet fleet;
  (void)fleet.schedule.Pause({"", kStart, Time::max(), ""}, kStart);
  const ActiveLease active{"slot-77", 77, seconds(30)};
  fleet.schedule.Connect(Guest("a", "host"), &active, kStart);
  fleet.Act();
  ASSERT_EQ(fleet.revocations.size(), 1U);
  EXPECT_EQ(fleet.revocations[0].lease_id, "slot-77");
  EXPECT_TRUE(fleet.schedule.IsHeld("slot-77"));
}

ScheduleOptions WithMesh() {
  auto options = FreeOptions();
  options.mesh.interval = hours(1);
  return options;
}

NodeFacts Answering(NodeFacts facts) {
  facts.responder = facts.node_id + ".example:10912";
  return facts;
}

std::vector<Grant> NetworkTurnsOf(const Fleet& fleet, const std::string& client) {
  std::vector<Grant> turns;
  for (const auto& grant : fleet.grants) {
    if (grant.purpose == Purpose::kNetwork && grant.node_id == client) turns.push_back(grant);
  }
  return turns;
}

TEST(ScheduleRestoreTest, NetworkTurnsKeepTheirRhythm) {
  Fleet fleet(WithMesh());
  ScheduleState state;
  for (const char* node : {"a", "b"}) state.last_rounds[{node, "light"}] = kStart - minutes(5);
  state.last_rounds[{"a", kNetworkPlan}] = kStart - minutes(20);
  fleet.schedule.Restore(state, kStart);
  fleet.Connect(Answering(Host("a", "host1")));
  fleet.Connect(Answering(Host("b", "host2")));
  fleet.RunFor(minutes(59));
  ASSERT_EQ(NetworkTurnsOf(fleet, "a").size(), 1U);
  EXPECT_EQ(NetworkTurnsOf(fleet, "a")[0].start, kStart + minutes(40));
}

TEST(ScheduleRestoreTest, ARestartDoesNotBeginTheMeshAnew) {
  std::set<std::string> peers;
  for (int restart = 0; restart < 4; ++restart) {
    Fleet fleet(WithMesh());
    fleet.now = kStart + restart * hours(1);
    fleet.schedule.Restore({}, fleet.now);
    fleet.Connect(Answering(Host("h0", "host0")));
    for (int host = 1; host < 5; ++host) {
      // A server that is never a client, and so is always free.
      auto server = Answering(Host("h" + std::to_string(host), "host" + std::to_string(host)));
      server.benchmarks = Benchmarks({{"cpu_core", "cpu", {"light"}, true, kCpu, 0}});
      fleet.Connect(server);
    }
    fleet.RunFor(minutes(20));
    ASSERT_FALSE(NetworkTurnsOf(fleet, "h0").empty());
    peers.insert(NetworkTurnsOf(fleet, "h0")[0].peer_node_id);
  }
  EXPECT_EQ(peers.size(), 4U);
}

TEST(ScheduleRestoreTest, WhatAHostHasGivenTodayCounts) {
  auto options = FreeOptions();
  options.ceilings.cpu_seconds = 100;
  Fleet fleet(options);
  const int64_t today = std::chrono::floor<std::chrono::days>(kStart).count();
  ScheduleState state;
  state.days = {{"host", today, {100, 1, 2}}, {"other", today - 1, {100, 1, 2}}};
  fleet.schedule.Restore(state, kStart);
  fleet.Connect(Guest("a", "host"));
  fleet.Connect(Guest("b", "other"));
  fleet.RunFor(hours(1));
  EXPECT_EQ(fleet.schedule.View("host", fleet.now).at(0).held_by, "ceiling");
  EXPECT_EQ(fleet.schedule.View("host", fleet.now).at(0).today, (RunCost{100, 1, 2}));
  for (const auto& grant : fleet.grants) EXPECT_EQ(grant.node_id, "b");
  EXPECT_FALSE(fleet.grants.empty());
}

ScheduleOptions WithSlots() {
  auto options = FreeOptions();
  options.offline = {};
  return options;
}

// Whether the grant's time meets a slot of the node's, guards included.
bool MeetsSlot(const Grant& grant, const Slot& slot, Time guard) {
  const Time begin = grant.start - slot.offset - slot.length - guard;
  const Time last = slot.offset + ((begin / slot.period) + 1) * slot.period;
  return last - guard < grant.end && grant.start < last + slot.length + guard;
}

TEST(ScheduleSlotsTest, SlotsOfCutOffNodesAreKeptFree) {
  Fleet fleet(WithSlots());
  fleet.Connect(Guest("a", "host"));
  fleet.Connect(Guest("b", "host"));
  const auto given = fleet.schedule.GiveSlot("a", fleet.now);
  ASSERT_TRUE(given.has_value());
  EXPECT_TRUE(given->changed);
  const auto same = fleet.schedule.GiveSlot("a", fleet.now);
  ASSERT_TRUE(same.has_value());
  EXPECT_EQ(same->slot, given->slot);
  EXPECT_FALSE(same->changed);
  EXPECT_FALSE(fleet.schedule.GiveSlot("nobody", fleet.now).has_value());
  fleet.schedule.Disconnect("a", fleet.now);
  EXPECT_FALSE(fleet.schedule.GiveSlot("a", fleet.now).has_value());
  fleet.RunFor(hours(5));
  ASSERT_GE(fleet.grants.size(), 18U);
  for (const auto& grant : fleet.grants) {
    EXPECT_EQ(grant.node_id, "b");
    EXPECT_GT(grant.fencing_token, given->slot.token);
    EXPECT_FALSE(MeetsSlot(grant, given->slot, seconds(0)))
        << (grant.start - given->slot.offset).count() % given->slot.period.count();
  }
}

TEST(ScheduleSlotsTest, ALongLeaseIsRevokedBeforeASlotThatMayBeUsed) {
  auto options = WithSlots();
  options.plans[0].lease = hours(2);
  Fleet fleet(options);
  fleet.answer = [](const Grant&) { return Answer{hours(3), LeaseOutcome::kCompleted, ""}; };
  fleet.Connect(Guest("a", "host"));
  fleet.Connect(Guest("b", "host"));
  ASSERT_EQ(fleet.Act().grants.at(0).node_id, "a");
  ASSERT_TRUE(fleet.schedule.GiveSlot("b", fleet.now).has_value());
  fleet.schedule.Disconnect("b", fleet.now);
  EXPECT_EQ(fleet.Act().revocations.size(), 1U);
}

TEST(ScheduleSlotsTest, ALongLeaseEndsBeforeAnySlotThatMayBeUsedByThen) {
  auto options = WithSlots();
  options.plans[0].cycle = minutes(6);
  Fleet fleet(options);
  fleet.answer = [](const Grant&) { return Answer{minutes(6), LeaseOutcome::kCompleted, ""}; };
  fleet.Connect(Guest("a", "host"));
  fleet.Connect(Guest("b", "host"));
  const auto given = fleet.schedule.GiveSlot("b", fleet.now);
  ASSERT_TRUE(given.has_value());
  fleet.RunFor(hours(5));
  ASSERT_GE(fleet.grants.size(), 30U);
  int cut = 0;
  for (auto grant : fleet.grants) {
    cut += grant.end - grant.start < minutes(18) ? 1 : 0;
    EXPECT_GE(grant.end - grant.start, minutes(6));
    grant.start += options.offline.after;
    EXPECT_FALSE(MeetsSlot(grant, given->slot, seconds(0)));
  }
  EXPECT_GE(cut, 1);
}

TEST(ScheduleSlotsTest, ASlotInUseLocksItsHost) {
  Fleet fleet(WithSlots());
  const ActiveLease active{"slot-77", 77, seconds(30)};
  fleet.schedule.Connect(Guest("a", "host"), &active, fleet.now);
  fleet.Connect(Guest("b", "host"));
  fleet.RunFor(minutes(1));
  ASSERT_FALSE(fleet.grants.empty());
  EXPECT_EQ(fleet.grants[0].start, kStart + seconds(30));
  EXPECT_EQ(fleet.closed.at(0).lease_id, "slot-77");
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
