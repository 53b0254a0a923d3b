#include <gtest/gtest.h>

#include <set>

#include "tests/unit/aggregator/schedule/fleet.h"

/// Turns between two nodes, and peers outside of the fleet.
namespace hypergauge::aggregator::scheduled {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

ScheduleOptions MeshOn() {
  auto options = PlainOptions();
  options.mesh.interval = hours(1);
  return options;
}

NodeFacts Answering(NodeFacts facts) {
  facts.responder = facts.node_id + ".example:10912";
  return facts;
}

std::vector<Grant> NetworkTurns(const Fleet& fleet) {
  std::vector<Grant> turns;
  for (const auto& grant : fleet.grants) {
    if (grant.purpose == Purpose::kNetwork) turns.push_back(grant);
  }
  return turns;
}

TEST(ScheduleNetworkTest, ATurnLocksBothHosts) {
  Fleet fleet(MeshOn());
  fleet.Connect(Answering(Host("h1", "host1")));
  fleet.Connect(Answering(Host("h2", "host2")));
  fleet.RunFor(minutes(30));
  const auto turns = NetworkTurns(fleet);
  ASSERT_EQ(turns.size(), 2U);
  for (const auto& turn : turns) {
    EXPECT_NE(turn.node_id, turn.peer_node_id);
    EXPECT_EQ(turn.peer, turn.peer_node_id + ".example:10912");
    ASSERT_EQ(turn.locks.size(), 2U);
    EXPECT_NE(turn.locks[0].host, turn.locks[1].host);
    EXPECT_EQ(turn.benchmarks, (std::vector<std::string>{"network_core"}));
    EXPECT_EQ(turn.end - turn.start, minutes(1));
  }
  EXPECT_FALSE(Meet(turns[0], turns[1]) && turns[1].start < turns[0].start + seconds(20));
}

TEST(ScheduleNetworkTest, APairOnOneHostTakesOneLock) {
  Fleet fleet(MeshOn());
  fleet.Connect(Guest("client", "host"));
  fleet.Connect(Answering(Guest("server", "host")));
  fleet.RunFor(minutes(30));
  const auto turns = NetworkTurns(fleet);
  ASSERT_EQ(turns.size(), 1U);
  EXPECT_EQ(turns[0].node_id, "client");
  EXPECT_EQ(turns[0].locks, (std::vector<HostLock>{{"host", kAllResources}}));
}

TEST(ScheduleNetworkTest, EveryNodeIsAClientAtItsInterval) {
  Fleet fleet(MeshOn());
  for (int i = 0; i < 4; ++i) {
    fleet.Connect(Answering(Host("h" + std::to_string(i), "host" + std::to_string(i))));
    fleet.Connect(Answering(Guest("g" + std::to_string(i), "host" + std::to_string(i))));
  }
  fleet.RunFor(hours(10));
  std::map<std::string, int> turns;
  for (const auto& turn : NetworkTurns(fleet)) ++turns[turn.node_id];
  ASSERT_EQ(turns.size(), 8U);
  for (const auto& [node_id, count] : turns) {
    EXPECT_GE(count, 9) << node_id;
    EXPECT_LE(count, 11) << node_id;
  }
  EXPECT_TRUE(fleet.schedule.counts().missed.empty());
}

TEST(ScheduleNetworkTest, ABusyPeerIsAskedAgain) {
  Fleet fleet(MeshOn());
  fleet.Connect(Host("client", "host1"));
  fleet.Connect(Answering(Host("server", "host2")));
  (void)fleet.schedule.Pause({"host2", kStart, kStart + minutes(12), ""}, fleet.now);
  fleet.RunFor(minutes(20));
  EXPECT_EQ(NetworkTurns(fleet).size(), 1U);
  EXPECT_EQ(fleet.schedule.counts().deferred.at("peer_busy"), 1U);
}

TEST(ScheduleNetworkTest, BytesOfADayAreLimited) {
  auto options = MeshOn();
  options.mesh.bytes_per_day = 3500;  // three turns
  Fleet fleet(options);
  fleet.now = std::chrono::floor<std::chrono::days>(kStart) + hours(1);
  fleet.Connect(Host("client", "host1"));
  fleet.Connect(Answering(Host("server", "host2")));
  fleet.RunFor(hours(22));
  EXPECT_EQ(NetworkTurns(fleet).size(), 3U);
  EXPECT_GE(fleet.schedule.counts().deferred.at("ceiling"), 1U);
  EXPECT_GE(fleet.schedule.counts().missed.at("ceiling"), 17U);
  fleet.RunFor(hours(2));
  EXPECT_GT(NetworkTurns(fleet).size(), 3U);
}

TEST(ScheduleNetworkTest, BytesOfADayAreLimitedAtTheOtherEndToo) {
  auto options = MeshOn();
  options.mesh.bytes_per_day = 3500;  // three turns
  Fleet fleet(options);
  fleet.now = std::chrono::floor<std::chrono::days>(kStart) + hours(1);
  for (int i = 0; i < 3; ++i) {
    fleet.Connect(Host("client" + std::to_string(i), "host" + std::to_string(i)));
  }
  fleet.Connect(Answering(Host("server", "host")));
  fleet.RunFor(hours(22));
  EXPECT_EQ(NetworkTurns(fleet).size(), 3U);
  EXPECT_GE(fleet.schedule.counts().deferred.at("ceiling"), 3U);
}

// So rare are rounds that all that is missed is of the network.
ScheduleOptions MeshAlone() {
  auto options = MeshOn();
  options.plans[0].interval = hours(1000);
  return options;
}

TEST(ScheduleNetworkTest, TurnsBehindAPauseAreMissed) {
  Fleet fleet(MeshAlone());
  fleet.Connect(Host("client", "host1"));
  fleet.Connect(Answering(Host("server", "host2")));
  fleet.RunFor(minutes(30));
  ASSERT_EQ(NetworkTurns(fleet).size(), 1U);
  (void)fleet.schedule.Pause({"host1", fleet.now, fleet.now + hours(5), ""}, fleet.now);
  fleet.RunFor(hours(6));
  // Due after 1, 2, 3, 4 and 5 hours; the last of them came with the end of the pause, and then the
  // next.
  EXPECT_EQ(NetworkTurns(fleet).size(), 3U);
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"paused", 4}}));
}

TEST(ScheduleNetworkTest, TurnsThatFailUntilTheNextAreMissed) {
  Fleet fleet(MeshAlone());
  fleet.answer = [](const Grant& grant) {
    return grant.purpose == Purpose::kNetwork && grant.start < kStart + hours(4) + minutes(30)
               ? Answer{seconds(1), LeaseOutcome::kAborted, "error"}
               : Answer{};
  };
  fleet.Connect(Host("client", "host1"));
  fleet.Connect(Answering(Host("server", "host2")));
  fleet.RunFor(hours(6) + minutes(30));
  // Due at once and after 1, 2 and 3 hours; that of 4 hours came late, those of 5 and 6 in time.
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"error", 4}}));
}

TEST(ScheduleNetworkTest, TurnsOfWhoIsGoneAreMissed) {
  Fleet fleet(MeshAlone());
  fleet.Connect(Host("client", "host1"));
  fleet.Connect(Answering(Host("server", "host2")));
  fleet.RunFor(minutes(30));
  fleet.schedule.Disconnect("client", fleet.now);
  fleet.RunFor(hours(3));
  fleet.Connect(Host("client", "host1"));
  fleet.RunFor(minutes(10));
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"disconnected", 2}}));
}

TEST(ScheduleNetworkTest, AConfiguredPeerIsUsedByOneAtATime) {
  Fleet fleet;
  for (int i = 0; i < 3; ++i) {
    auto guest = Guest("g" + std::to_string(i), "host" + std::to_string(i));
    guest.peer = "iperf.example:5201";
    fleet.Connect(guest);
  }
  EXPECT_EQ(fleet.Act().grants.size(), 1U);
  EXPECT_EQ(fleet.grants[0].locks[1], (HostLock{"peer iperf.example:5201", kNic | kUplink}));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("peer_busy"), 2U);
  fleet.RunFor(minutes(3));
  ASSERT_EQ(fleet.grants.size(), 6U);
  for (size_t i = 1; i < 6; ++i) {
    // The next has it as soon as it is free.
    EXPECT_EQ(fleet.grants[i].start, fleet.grants[i - 1].start + seconds(20));
  }
}

TEST(ScheduleNetworkTest, AConfiguredPeerOfTheFleetIsLockedAsItsHost) {
  Fleet fleet;
  fleet.Connect(Answering(Host("server", "host2")));
  fleet.RunFor(minutes(2));
  auto guest = Guest("g", "host1");
  guest.peer = "server.example:10912";
  fleet.Connect(guest);
  (void)fleet.Act();
  EXPECT_EQ(fleet.grants.back().locks,
            (std::vector<HostLock>{{"host1", kAllResources}, {"host2", kAllResources}}));
}

TEST(ScheduleNetworkTest, APeerThatIsPausedDoesNotStopARoundForEver) {
  Fleet fleet;
  fleet.Connect(Answering(Host("server", "host2")));
  (void)fleet.schedule.Pause({"host2", kStart, Time::max(), ""}, fleet.now);
  auto guest = Guest("a", "host1");
  guest.peer = "server.example:10912";
  fleet.Connect(guest);
  fleet.Connect(Guest("b", "host1"));
  fleet.RunFor(hours(1));
  EXPECT_GE(fleet.grants.size(), 2U);
  for (const auto& grant : fleet.grants) EXPECT_EQ(grant.node_id, "b");
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
