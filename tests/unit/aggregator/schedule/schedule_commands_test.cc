#include <gtest/gtest.h>

#include "tests/unit/aggregator/schedule/fleet.h"

/// run now, pause and resume.
namespace hypergauge::aggregator::scheduled {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Turns = std::vector<std::string>;

TEST(ScheduleRunNowTest, GoesBeforeAllThatIsPlanned) {
  Fleet fleet;
  fleet.Connect(Host("h", "host"));
  fleet.Connect(Guest("g", "host"));
  fleet.RunFor(seconds(10));
  const auto order = fleet.schedule.RunNow("g", "standard", {}, fleet.now);
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(order->waiting, 1);
  const auto again = fleet.schedule.RunNow("g", "standard", {}, fleet.now);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->lease_id, order->lease_id);
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g/0", "g/1", "g/2", "h/2"}));
  EXPECT_EQ(fleet.grants[1].lease_id, order->lease_id);
  EXPECT_EQ(fleet.grants[1].purpose, Purpose::kRunNow);
  EXPECT_EQ(fleet.grants[1].suite, "standard");
  EXPECT_EQ(fleet.grants[1].benchmarks.size(), 7U);
  EXPECT_EQ(fleet.schedule.counts().preempted.at("run_now"), 1U);
}

TEST(ScheduleRunNowTest, IsNotHeldByTheCalendar) {
  auto options = PlainOptions();
  options.blackouts.push_back({kStart, kStart + hours(5), {}, "move"});
  Fleet fleet(options);
  fleet.Connect(Guest("g", "host"));
  ASSERT_TRUE(fleet.schedule.RunNow("g", "light", {"cpu_core"}, fleet.now).has_value());
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"g/0"}));
  EXPECT_EQ(fleet.grants[0].benchmarks, (std::vector<std::string>{"cpu_core"}));
}

TEST(ScheduleRunNowTest, WaitsForAPausedPeerWithoutHoldingItsHost) {
  Fleet fleet;
  auto server = Host("server", "host2");
  server.responder = "server.example:10912";
  fleet.Connect(server);
  (void)fleet.schedule.Pause({"host2", kStart, kStart + hours(1), ""}, fleet.now);
  auto guest = Guest("a", "host1");
  guest.peer = "server.example:10912";
  fleet.Connect(guest);
  fleet.Connect(Guest("b", "host1"));
  ASSERT_TRUE(fleet.schedule.RunNow("a", "light", {"network_core"}, fleet.now).has_value());
  fleet.RunFor(minutes(59));
  EXPECT_GE(fleet.grants.size(), 2U);
  for (const auto& grant : fleet.grants) EXPECT_EQ(grant.node_id, "b");
  fleet.RunFor(minutes(5));
  EXPECT_EQ(std::count_if(fleet.grants.begin(), fleet.grants.end(),
                          [](const Grant& grant) { return grant.purpose == Purpose::kRunNow; }),
            1);
}

TEST(ScheduleRunNowTest, SaysWhatIsWrong) {
  Fleet fleet;
  fleet.Connect(Guest("g", "host"));
  auto& schedule = fleet.schedule;
  const auto code = [&](const std::string& node, const std::string& suite,
                        const std::vector<std::string>& benchmarks) {
    const auto result = schedule.RunNow(node, suite, benchmarks, fleet.now);
    return result ? ErrorCode::kInternal : result.error().code;
  };
  EXPECT_EQ(code("x", "light", {}), ErrorCode::kNotFound);
  EXPECT_EQ(code("g", "light", {"cpu_core", "nothing"}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code("g", "nothing", {}), ErrorCode::kInvalidArgument);
  (void)schedule.Pause({"", kStart, Time::max(), "holidays"}, fleet.now);
  EXPECT_EQ(code("g", "light", {}), ErrorCode::kUnavailable);
  schedule.Disconnect("g", fleet.now);
  EXPECT_EQ(code("g", "light", {}), ErrorCode::kNotFound);
}

TEST(ScheduleRunNowTest, WaitsForANodeThatIsGoneWithoutHoldingOthers) {
  Fleet fleet;
  fleet.Connect(Guest("g", "host"));
  ASSERT_TRUE(fleet.schedule.RunNow("g", "light", {}, fleet.now).has_value());
  fleet.schedule.Disconnect("g", fleet.now);
  fleet.Connect(Guest("other", "host"));
  fleet.RunFor(minutes(2));
  EXPECT_EQ(fleet.Turns(), (Turns{"other/1", "other/2"}));
  fleet.schedule.Move("g", "elsewhere", false, fleet.now);
  fleet.Connect(Guest("g", "elsewhere"));
  fleet.RunFor(seconds(1));
  EXPECT_EQ(fleet.Turns(), (Turns{"g/0"}));
  EXPECT_EQ(fleet.grants.back().locks[0].host, "elsewhere");
}

TEST(SchedulePauseTest, RevokesAtOnceAndTheTurnIsHadAgainAfterwards) {
  Fleet fleet;
  fleet.Connect(Guest("a", "h1"));
  fleet.Connect(Guest("b", "h2"));
  (void)fleet.Act();
  EXPECT_EQ(fleet.schedule.Pause({"h1", kStart, Time::max(), "upgrade"}, fleet.now), 1);
  EXPECT_EQ(fleet.schedule.Pause({"h1", kStart, Time::max(), "upgrade"}, fleet.now), 0);
  const auto actions = fleet.Act();
  ASSERT_EQ(actions.revocations.size(), 1U);
  EXPECT_EQ(actions.revocations[0].node_id, "a");
  EXPECT_NE(actions.revocations[0].reason.find("upgrade"), std::string::npos);
  const auto lease_id = fleet.grants[0].lease_id;
  ASSERT_TRUE(fleet.schedule.End("a", lease_id, LeaseOutcome::kAborted, "error", fleet.now));
  fleet.out.erase(lease_id);
  (void)fleet.Turns();
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"b/2"}));
  EXPECT_EQ(fleet.schedule.View("h1", fleet.now)[0].held_by, "paused");
  EXPECT_EQ(fleet.schedule.View("h1", fleet.now)[0].held_reason, "upgrade");
  EXPECT_EQ(fleet.schedule.Resume("h1", fleet.now), 1);
  EXPECT_EQ(fleet.schedule.Resume("h1", fleet.now), 0);
  EXPECT_EQ(fleet.Act().grants.size(), 1U);
  fleet.RunFor(minutes(1));
  EXPECT_EQ(fleet.Turns(), (Turns{"a/1", "a/2"}));
  EXPECT_EQ(fleet.schedule.counts().preempted.at("paused"), 1U);
}

TEST(SchedulePauseTest, TheFleetsEndsByItself) {
  Fleet fleet;
  (void)fleet.schedule.Pause({"", kStart, kStart + minutes(7), ""}, fleet.now);
  fleet.Connect(Guest("a", "h1"));
  fleet.Connect(Guest("b", "h2"));
  EXPECT_EQ(fleet.schedule.Pauses().size(), 1U);
  fleet.RunFor(minutes(20));
  ASSERT_EQ(fleet.grants.size(), 4U);
  EXPECT_EQ(fleet.grants[0].start, kStart + minutes(7));
  EXPECT_EQ(fleet.grants[1].start, kStart + minutes(7));
  EXPECT_TRUE(fleet.schedule.Pauses().empty());
  EXPECT_EQ(fleet.schedule.counts().deferred.at("paused"), 2U);
}

TEST(SchedulePauseTest, ResumeOfAllLiftsThoseOfHostsToo) {
  Fleet fleet;
  (void)fleet.schedule.Pause({"", kStart, Time::max(), ""}, fleet.now);
  (void)fleet.schedule.Pause({"h1", kStart, Time::max(), ""}, fleet.now);
  fleet.Connect(Guest("a", "h1"));
  fleet.RunFor(minutes(1));
  EXPECT_TRUE(fleet.grants.empty());
  EXPECT_EQ(fleet.schedule.Resume("", fleet.now), 2);
  EXPECT_EQ(fleet.Act().grants.size(), 1U);
}

TEST(SchedulePauseTest, AProbeThatMissedItsRevocationHearsOfItWhenItComesBack) {
  Fleet fleet;
  fleet.Connect(Guest("a", "h1"));
  (void)fleet.Act();
  const auto grant = fleet.grants.at(0);
  fleet.schedule.Disconnect("a", fleet.now);
  EXPECT_EQ(fleet.schedule.Pause({"", kStart, Time::max(), ""}, fleet.now), 1);
  EXPECT_TRUE(fleet.Act().revocations.empty());
  const ActiveLease active{grant.lease_id, grant.fencing_token, seconds(50)};
  fleet.schedule.Connect(Guest("a", "h1"), &active, fleet.now);
  EXPECT_EQ(fleet.Act().revocations.size(), 1U);
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
