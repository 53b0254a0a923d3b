#include <gtest/gtest.h>

#include <ctime>

#include "tests/unit/aggregator/schedule/fleet.h"

/// Nodes that come, go and move, and what becomes of their leases.
namespace hypergauge::aggregator::scheduled {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Turns = std::vector<std::string>;

// With the options as they are, a lease lasts a minute.
constexpr Time kLease = minutes(1);
constexpr auto kCompleted = LeaseOutcome::kCompleted;

double CpuSeconds() {
  timespec time{};
  (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<Grant> GrantsOf(Schedule& schedule, Time now) {
  return schedule.Act(now).grants;
}

class ScheduleNodesTest : public testing::Test {
 protected:
  void Connect(const std::string& node_id, const std::string& host, Time now,
               const ActiveLease* active = nullptr) {
    schedule_.Connect(Guest(node_id, host), active, now);
  }

  Schedule schedule_{PlainOptions()};
};

TEST_F(ScheduleNodesTest, ANewNodeIsDueAtOnce) {
  Connect("a", "host1", kStart);
  EXPECT_EQ(schedule_.NextWake(kStart), kStart);
  const auto grants = GrantsOf(schedule_, kStart);
  ASSERT_EQ(grants.size(), 1U);
  EXPECT_EQ(grants[0].node_id, "a");
  EXPECT_EQ(grants[0].locks, (std::vector<HostLock>{{"host1", kAllResources}}));
  EXPECT_EQ(grants[0].end - grants[0].start, kLease);
  EXPECT_TRUE(schedule_.IsHeld(grants[0].lease_id));
  EXPECT_EQ(schedule_.NextWake(kStart), kStart + kLease);
}

TEST_F(ScheduleNodesTest, SiblingsNeverMeasureAtOnceAndHostsDoNotWaitForEachOther) {
  Connect("a", "h1", kStart);
  Connect("b", "h1", kStart);
  Connect("c", "h2", kStart);
  const auto first = GrantsOf(schedule_, kStart);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_TRUE(GrantsOf(schedule_, kStart + seconds(5)).empty());
  ASSERT_TRUE(schedule_.End("a", first[0].lease_id, kCompleted, "", kStart + seconds(9)));
  const auto second = GrantsOf(schedule_, kStart + seconds(9));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].node_id, "b");
  EXPECT_GT(second[0].fencing_token, first[1].fencing_token);
  EXPECT_GE(first[0].fencing_token, static_cast<uint64_t>(kStart.count()));
}

TEST_F(ScheduleNodesTest, ALostProbesLeaseLocksItsHostUntilItExpires) {
  Connect("a", "h", kStart);
  const auto lost = GrantsOf(schedule_, kStart).at(0);
  schedule_.Disconnect("a", kStart);
  Connect("b", "h", kStart);
  EXPECT_TRUE(GrantsOf(schedule_, kStart + kLease - Time{1}).empty());
  EXPECT_EQ(schedule_.NextWake(kStart + seconds(59)), kStart + kLease);
  const auto actions = schedule_.Act(kStart + kLease);
  ASSERT_EQ(actions.closed.size(), 1U);
  EXPECT_EQ(actions.closed[0].lease_id, lost.lease_id);
  EXPECT_EQ(actions.closed[0].outcome, LeaseOutcome::kExpired);
  ASSERT_EQ(actions.grants.size(), 1U);
  EXPECT_EQ(actions.grants[0].node_id, "b");
  EXPECT_EQ(schedule_.counts().expired.at("disconnected"), 1U);
  EXPECT_FALSE(schedule_.End("a", lost.lease_id, kCompleted, "", kStart + kLease));
}

TEST_F(ScheduleNodesTest, ALeaseThatAConnectedProbeKeepsForEverExpires) {
  Connect("a", "h", kStart);
  const auto held = GrantsOf(schedule_, kStart).at(0);
  // Nobody looked at the clock yet, and yet it is too late.
  EXPECT_FALSE(schedule_.End("a", held.lease_id, kCompleted, "", kStart + kLease));
  EXPECT_EQ(schedule_.Act(kStart + kLease).closed.size(), 1U);
  EXPECT_EQ(schedule_.counts().expired.at("connected"), 1U);
  EXPECT_EQ(schedule_.counts().deferred.at("lost"), 1U);
  EXPECT_EQ(schedule_.counts().completed, 0U);
}

TEST_F(ScheduleNodesTest, AProbeThatComesBackWithItsLeaseKeepsIt) {
  Connect("a", "h", kStart);
  const auto grant = GrantsOf(schedule_, kStart).at(0);
  schedule_.Disconnect("a", kStart);
  const ActiveLease active{grant.lease_id, grant.fencing_token, seconds(50)};
  Connect("a", "h", kStart + seconds(10), &active);
  const auto actions = schedule_.Act(kStart + seconds(10));
  EXPECT_TRUE(actions.grants.empty());
  EXPECT_TRUE(actions.closed.empty());
  EXPECT_TRUE(schedule_.End("a", grant.lease_id, kCompleted, "", kStart + seconds(20)));
  EXPECT_EQ(schedule_.counts().completed, 1U);
}

TEST_F(ScheduleNodesTest, AProbeThatComesBackWithoutItsLeaseHasLostIt) {
  Connect("a", "h", kStart);
  const auto old = GrantsOf(schedule_, kStart).at(0);
  Connect("a", "h", kStart + seconds(10));
  EXPECT_EQ(schedule_.NextWake(kStart + seconds(10)), kStart + seconds(10));
  const auto actions = schedule_.Act(kStart + seconds(10));
  ASSERT_EQ(actions.closed.size(), 1U);
  EXPECT_EQ(actions.closed[0].outcome, LeaseOutcome::kLost);
  ASSERT_EQ(actions.grants.size(), 1U);  // its second turn
  EXPECT_NE(actions.grants[0].lease_id, old.lease_id);
  EXPECT_FALSE(schedule_.IsHeld(old.lease_id));
}

TEST_F(ScheduleNodesTest, ALeaseOfAnUnknownAggregatorIsRespected) {
  const ActiveLease active{"old", 77, seconds(40)};
  Connect("a", "h", kStart, &active);
  Connect("b", "h", kStart);
  EXPECT_TRUE(GrantsOf(schedule_, kStart + seconds(39)).empty());
  EXPECT_EQ(GrantsOf(schedule_, kStart + seconds(40)).size(), 1U);
}

TEST_F(ScheduleNodesTest, AForeignLeaseLocksNoLongerThanAnyLeaseLasts) {
  const ActiveLease active{"old", UINT64_MAX, Time::max()};
  Connect("a", "h", kStart, &active);
  EXPECT_TRUE(GrantsOf(schedule_, kStart).empty());
  const auto later = GrantsOf(schedule_, kStart + minutes(10));
  ASSERT_EQ(later.size(), 1U);
  EXPECT_LT(later[0].fencing_token, static_cast<uint64_t>((kStart + minutes(11)).count()));
}

TEST_F(ScheduleNodesTest, ALeaseThatIsAnothersIsNotTakenAway) {
  Connect("a", "h1", kStart);
  const auto grant = GrantsOf(schedule_, kStart).at(0);
  const ActiveLease stolen{grant.lease_id, grant.fencing_token, seconds(30)};
  Connect("thief", "h2", kStart, &stolen);
  EXPECT_TRUE(GrantsOf(schedule_, kStart).empty());
  EXPECT_FALSE(schedule_.End("thief", grant.lease_id, kCompleted, "", kStart + seconds(1)));
  EXPECT_TRUE(schedule_.End("a", grant.lease_id, kCompleted, "", kStart + seconds(1)));
  EXPECT_EQ(GrantsOf(schedule_, kStart + seconds(30)).size(), 2U);
}

TEST_F(ScheduleNodesTest, AForgottenNodeKeepsOnlyTheLockOfItsLease) {
  Connect("a", "h", kStart);
  const auto grants = GrantsOf(schedule_, kStart);
  ASSERT_EQ(grants.size(), 1U);
  schedule_.Move("a", "h2", false, kStart);
  schedule_.Forget("a", kStart);
  schedule_.Forget("nobody", kStart);
  Connect("b", "h2", kStart);
  EXPECT_TRUE(GrantsOf(schedule_, kStart + kLease - seconds(1)).empty());
  EXPECT_EQ(schedule_.NextWake(kStart + kLease - seconds(1)), kStart + kLease);
  EXPECT_EQ(GrantsOf(schedule_, kStart + kLease).size(), 1U);
  EXPECT_EQ(schedule_.View("", kStart + kLease).size(), 1U);
}

TEST_F(ScheduleNodesTest, AViewOfOneHostCostsTheSameHoweverManyThereAre) {
  for (int i = 0; i < 5000; ++i) {
    Connect("n" + std::to_string(i), "h" + std::to_string(i), kStart);
  }
  const double before = CpuSeconds();
  for (int i = 0; i < 1000; ++i) {
    const auto views = schedule_.View("h" + std::to_string(i), kStart);
    ASSERT_EQ(views.size(), 1U);
    ASSERT_EQ(views[0].host, "h" + std::to_string(i));
  }
  // Sorting all of them takes a millisecond or more.
  EXPECT_LT(CpuSeconds() - before, 0.3);
  EXPECT_TRUE(schedule_.View("nowhere", kStart).empty());
}

TEST_F(ScheduleNodesTest, AForgottenNodeMayGiveItsLeaseBackAndBeDueAgain) {
  Connect("a", "h", kStart);
  const auto grants = GrantsOf(schedule_, kStart);
  schedule_.Forget("a", kStart);
  const Time later = kStart + seconds(30);
  EXPECT_TRUE(schedule_.End("a", grants.at(0).lease_id, LeaseOutcome::kAborted, "error", later));
  EXPECT_TRUE(GrantsOf(schedule_, later).empty());
  EXPECT_EQ(schedule_.NextWake(later), Time::max());
  EXPECT_TRUE(schedule_.View("", later).empty());
  Connect("a", "h", later);
  EXPECT_EQ(GrantsOf(schedule_, later).size(), 1U);
}

TEST_F(ScheduleNodesTest, ALeaseOfAMovedNodeIsRevokedAndLocksBothHosts) {
  Connect("guest", "h1", kStart);
  const auto held = GrantsOf(schedule_, kStart).at(0);
  schedule_.Move("guest", "h2", false, kStart + seconds(1));
  Connect("there", "h2", kStart + seconds(1));
  Connect("here", "h1", kStart + seconds(1));
  const auto actions = schedule_.Act(kStart + seconds(1));
  EXPECT_TRUE(actions.grants.empty());
  ASSERT_EQ(actions.revocations.size(), 1U);
  EXPECT_EQ(actions.revocations[0].lease_id, held.lease_id);
  EXPECT_EQ(actions.revocations[0].node_id, "guest");
  EXPECT_EQ(schedule_.counts().preempted.at("moved"), 1U);
  EXPECT_TRUE(
      schedule_.End("guest", held.lease_id, LeaseOutcome::kAborted, "error", kStart + seconds(3)));
  EXPECT_EQ(GrantsOf(schedule_, kStart + seconds(3)).size(), 2U);
  EXPECT_EQ(schedule_.counts().deferred.count("error"), 0U);
}

TEST_F(ScheduleNodesTest, ARevokedLeaseThatIsNotGivenBackExpiresAsRevoked) {
  Connect("guest", "h1", kStart);
  (void)schedule_.Act(kStart);
  schedule_.Move("guest", "h2", false, kStart + seconds(1));
  const auto actions = schedule_.Act(kStart + kLease);
  ASSERT_EQ(actions.closed.size(), 1U);
  EXPECT_EQ(actions.closed[0].outcome, LeaseOutcome::kRevoked);
}

TEST_F(ScheduleNodesTest, TwoLeasesThatMetOnOneHostBothHaveToEnd) {
  Connect("a", "h1", kStart);
  Connect("b", "h2", kStart);
  const auto held = GrantsOf(schedule_, kStart);
  ASSERT_EQ(held.size(), 2U);
  schedule_.Move("a", "h2", false, kStart);
  Connect("c", "h2", kStart + seconds(1));
  EXPECT_TRUE(GrantsOf(schedule_, kStart + seconds(1)).empty());
  EXPECT_TRUE(schedule_.End("b", held[1].lease_id, kCompleted, "", kStart + seconds(2)));
  EXPECT_TRUE(GrantsOf(schedule_, kStart + seconds(2)).empty());
  EXPECT_TRUE(schedule_.End("a", held[0].lease_id, kCompleted, "", kStart + seconds(3)));
  EXPECT_EQ(GrantsOf(schedule_, kStart + seconds(3)).size(), 1U);
}

TEST_F(ScheduleNodesTest, ANodeThatNeverConnectedDoesNotMove) {
  schedule_.Move("a", "h1", false, kStart);
  EXPECT_TRUE(GrantsOf(schedule_, kStart).empty());
  EXPECT_EQ(schedule_.NextWake(kStart), Time::max());
}

TEST_F(ScheduleNodesTest, AnEmptyScheduleNeverWakes) {
  EXPECT_EQ(schedule_.NextWake(kStart), Time::max());
}

TEST(ScheduleMoveTest, ANodeThatMovesTakesItsDueAlong) {
  Fleet fleet;
  fleet.Connect(Guest("a", "h1"));
  fleet.RunUntil(kStart + minutes(10));
  fleet.Connect(Guest("b", "h2"));
  fleet.RunUntil(kStart + minutes(15));
  fleet.schedule.Move("a", "h2", false, fleet.now);
  (void)fleet.Turns();
  fleet.RunUntil(kStart + minutes(55));
  // Every 2000 s: a since 0 minutes, b since 10. They meet in b's rounds after one of a's own.
  EXPECT_EQ(fleet.Turns(), (Turns{"a/1", "a/2", "a/1", "b/1", "b/2", "a/2"}));
  EXPECT_EQ(fleet.grants[4].start, kStart + seconds(2000));
  EXPECT_EQ(fleet.grants[4].purpose, Purpose::kMakeUp);
  EXPECT_EQ(fleet.grants[6].start, kStart + minutes(10) + seconds(2000));
}

TEST(ScheduleMoveTest, OfARoundThatItLeftANodeIsOwedATurn) {
  Fleet fleet;
  fleet.Connect(Guest("a", "h1"));
  fleet.Connect(Guest("b", "h1"));
  (void)fleet.Act();
  fleet.schedule.Move("b", "h2", false, fleet.now);
  fleet.RunFor(seconds(10));
  EXPECT_EQ(fleet.Turns(), (Turns{"a/1", "b/1"}));
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"a/2", "b/2"}));
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
