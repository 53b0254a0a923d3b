#include "aggregator/schedule/old_schedule.h"

#include <gtest/gtest.h>

#include <random>

namespace hypergauge::aggregator::legacy {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kStart = std::chrono::hours(500'000);

ScheduleOptions Options() {
  return {.interval = minutes(30), .lease_duration = minutes(10), .retry = minutes(1)};
}

TEST(ScheduleTest, ANewNodeIsDueAtOnce) {
  Schedule schedule(Options());
  schedule.Connect("a", "host1", nullptr, kStart);
  const auto grants = schedule.TakeDue(kStart);
  ASSERT_EQ(grants.size(), 1U);
  EXPECT_EQ(grants[0].node_id, "a");
  EXPECT_EQ(grants[0].host, "host1");
  EXPECT_EQ(grants[0].end - grants[0].start, minutes(10));
}

TEST(ScheduleTest, ANodeMayAskForAnIntervalOfItsOwn) {
  Schedule schedule(Options());
  schedule.Connect("a", "host1", nullptr, kStart, minutes(5));
  const auto grants = schedule.TakeDue(kStart);
  ASSERT_EQ(grants.size(), 1U);
  ASSERT_TRUE(schedule.End("a", grants[0].lease_id, LeaseOutcome::kCompleted, kStart + minutes(1)));
  EXPECT_TRUE(schedule.TakeDue(kStart + minutes(5) - seconds(1)).empty());
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(5)).size(), 1U);
}

TEST(ScheduleTest, HostAndGuestNeverMeasureAtOnce) {
  Schedule schedule(Options());
  schedule.Connect("host", "h", nullptr, kStart);
  schedule.Connect("guest", "h", nullptr, kStart);
  const auto first = schedule.TakeDue(kStart);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(schedule.TakeDue(kStart + seconds(5)).empty());
  schedule.End(first[0].node_id, first[0].lease_id, LeaseOutcome::kCompleted, kStart + seconds(9));
  const auto second = schedule.TakeDue(kStart + seconds(9));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second[0].node_id, first[0].node_id);
  EXPECT_GT(second[0].fencing_token, first[0].fencing_token);
}

TEST(ScheduleTest, HostsDoNotWaitForEachOther) {
  Schedule schedule(Options());
  schedule.Connect("a", "h1", nullptr, kStart);
  schedule.Connect("b", "h2", nullptr, kStart);
  EXPECT_EQ(schedule.TakeDue(kStart).size(), 2U);
}

TEST(ScheduleTest, AForgottenNodeKeepsOnlyTheLockOfItsLease) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  const auto grants = schedule.TakeDue(kStart);
  ASSERT_EQ(grants.size(), 1U);
  schedule.Move("a", "h2");
  schedule.Disconnect("a");
  schedule.Forget("a");
  schedule.Forget("nobody");
  schedule.Connect("b", "h2", nullptr, kStart);
  EXPECT_TRUE(schedule.TakeDue(kStart + minutes(9)).empty());
  EXPECT_EQ(schedule.NextWake(kStart + minutes(9)), kStart + minutes(10));
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(10)).size(), 1U);
  EXPECT_FALSE(schedule.End("a", grants[0].lease_id, LeaseOutcome::kAborted, kStart + minutes(11)));
}

TEST(ScheduleTest, AForgottenNodeMayGiveItsLeaseBackAndBeDueAgain) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  const auto grants = schedule.TakeDue(kStart);
  ASSERT_EQ(grants.size(), 1U);
  schedule.Forget("a");
  EXPECT_TRUE(schedule.End("a", grants[0].lease_id, LeaseOutcome::kAborted, kStart + minutes(1)));
  EXPECT_EQ(schedule.NextWake(kStart + minutes(1)), Time::max());
  schedule.Connect("a", "h", nullptr, kStart + minutes(1));
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(1)).size(), 1U);
}

TEST(ScheduleTest, ALeaseMovesWithItsNode) {
  Schedule schedule(Options());
  schedule.Connect("guest", "h1", nullptr, kStart);
  const auto held = schedule.TakeDue(kStart);
  ASSERT_EQ(held.size(), 1U);
  schedule.Move("guest", "h2");
  schedule.Connect("other", "h2", nullptr, kStart + seconds(1));
  schedule.Connect("left", "h1", nullptr, kStart + seconds(1));
  const auto granted = schedule.TakeDue(kStart + seconds(1));
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_EQ(granted[0].node_id, "left");
  EXPECT_TRUE(
      schedule.End("guest", held[0].lease_id, LeaseOutcome::kCompleted, kStart + minutes(1)));
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(1)).size(), 1U);
}

TEST(ScheduleTest, TwoLeasesThatMetOnOneHostBothHaveToEnd) {
  Schedule schedule(Options());
  schedule.Connect("a", "h1", nullptr, kStart);
  schedule.Connect("b", "h2", nullptr, kStart);
  const auto held = schedule.TakeDue(kStart);
  ASSERT_EQ(held.size(), 2U);
  schedule.Move("a", "h2");
  schedule.Connect("c", "h2", nullptr, kStart + seconds(1));
  EXPECT_TRUE(schedule.TakeDue(kStart + seconds(1)).empty());
  EXPECT_TRUE(schedule.End("b", held[1].lease_id, LeaseOutcome::kCompleted, kStart + seconds(2)));
  EXPECT_TRUE(schedule.TakeDue(kStart + seconds(2)).empty());
  EXPECT_TRUE(schedule.End("a", held[0].lease_id, LeaseOutcome::kCompleted, kStart + seconds(3)));
  EXPECT_EQ(schedule.TakeDue(kStart + seconds(3)).size(), 1U);
}

TEST(ScheduleTest, ANodeThatNeverConnectedDoesNotMove) {
  Schedule schedule(Options());
  schedule.Move("a", "h1");
  EXPECT_TRUE(schedule.TakeDue(kStart).empty());
  EXPECT_EQ(schedule.NextWake(kStart), Time::max());
}

TEST(ScheduleTest, ANodeIsDueAgainAfterItsInterval) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  const auto grants = schedule.TakeDue(kStart);
  schedule.End("a", grants[0].lease_id, LeaseOutcome::kCompleted, kStart + minutes(1));
  EXPECT_EQ(schedule.NextWake(kStart + minutes(1)), kStart + minutes(30));
  EXPECT_TRUE(schedule.TakeDue(kStart + minutes(29)).empty());
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(30)).size(), 1U);
}

TEST(ScheduleTest, ALostProbesLeaseLocksItsHostUntilItExpires) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  ASSERT_EQ(schedule.TakeDue(kStart).size(), 1U);
  schedule.Disconnect("a");
  schedule.Connect("b", "h", nullptr, kStart);
  EXPECT_TRUE(schedule.TakeDue(kStart + minutes(9)).empty());
  EXPECT_EQ(schedule.NextWake(kStart + minutes(9)), kStart + minutes(10));
  const auto grants = schedule.TakeDue(kStart + minutes(10));
  ASSERT_EQ(grants.size(), 1U);
  EXPECT_EQ(grants[0].node_id, "b");
}

TEST(ScheduleTest, AProbeThatComesBackWithItsLeaseKeepsIt) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  const auto grant = schedule.TakeDue(kStart).at(0);
  schedule.Disconnect("a");
  schedule.Connect("a", "h", &grant, kStart + minutes(1));
  EXPECT_TRUE(schedule.TakeDue(kStart + minutes(1)).empty());
}

TEST(ScheduleTest, AProbeThatComesBackWithoutItsLeaseIsDueAtOnce) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  const auto old = schedule.TakeDue(kStart).at(0);
  schedule.Disconnect("a");
  schedule.Connect("a", "h", nullptr, kStart + minutes(1));
  const auto grants = schedule.TakeDue(kStart + minutes(1));
  ASSERT_EQ(grants.size(), 1U);
  EXPECT_NE(grants[0].lease_id, old.lease_id);
}

TEST(ScheduleTest, ALeaseOfAnEarlierAggregatorIsRespected) {
  Schedule schedule(Options());
  const Grant active{"old", 77, {}, {}, kStart, kStart + minutes(4)};
  schedule.Connect("a", "h", &active, kStart);
  schedule.Connect("b", "h", nullptr, kStart);
  EXPECT_TRUE(schedule.TakeDue(kStart + minutes(3)).empty());
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(4)).at(0).node_id, "b");
}

TEST(ScheduleTest, AForeignLeaseCannotLockAHostForLongerThanALeaseLasts) {
  Schedule schedule(Options());
  const Grant active{"old", 77, {}, {}, kStart, kStart + std::chrono::hours(1000)};
  schedule.Connect("a", "h", &active, kStart);
  schedule.Connect("b", "h", nullptr, kStart);
  EXPECT_EQ(schedule.TakeDue(kStart + minutes(10)).size(), 1U);
}

TEST(ScheduleTest, AnAbortedCycleIsRepeatedSoon) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  const auto grant = schedule.TakeDue(kStart).at(0);
  schedule.End("a", grant.lease_id, LeaseOutcome::kAborted, kStart + seconds(1));
  EXPECT_TRUE(schedule.TakeDue(kStart + seconds(30)).empty());
  EXPECT_EQ(schedule.TakeDue(kStart + seconds(61)).size(), 1U);
}

TEST(ScheduleTest, NobodyEndsTheLeaseOfAnother) {
  Schedule schedule(Options());
  schedule.Connect("a", "h", nullptr, kStart);
  schedule.Connect("b", "h", nullptr, kStart);
  const auto grant = schedule.TakeDue(kStart).at(0);
  const std::string other = grant.node_id == "a" ? "b" : "a";
  schedule.End(other, grant.lease_id, LeaseOutcome::kCompleted, kStart);
  EXPECT_TRUE(schedule.TakeDue(kStart + seconds(1)).empty());
}

TEST(ScheduleTest, AnEmptyScheduleNeverWakes) {
  EXPECT_EQ(Schedule(Options()).NextWake(kStart), Time::max());
}

// Whatever happens in whatever order: two leases of a host never overlap, and tokens rise.
TEST(ScheduleTest, RandomEventsNeverLeadToTwoLeasesOnAHost) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    Schedule schedule(Options());
    std::map<std::string, Grant> out;  // by host
    uint64_t last_token = 0;
    Time now = kStart;
    int granted = 0;
    for (int step = 0; step < 2000; ++step) {
      now += seconds(random() % 120);
      const std::string node = "n" + std::to_string(random() % 12);
      const std::string host = "h" + std::to_string((node.back() - '0') % 3);
      std::erase_if(out, [&](const auto& lease) { return lease.second.end <= now; });
      switch (random() % 4) {
        case 0: {
          const auto held = out.find(host);
          const bool holds = held != out.end() && held->second.node_id == node;
          const bool keeps = holds && random() % 2 == 0;
          schedule.Connect(node, host, keeps ? &held->second : nullptr, now);
          if (holds && !keeps) out.erase(held);
          break;
        }
        case 1:
          schedule.Disconnect(node);
          break;
        case 2:
          if (const auto held = out.find(host); held != out.end()) {
            schedule.End(held->second.node_id, held->second.lease_id,
                         random() % 2 == 0 ? LeaseOutcome::kCompleted : LeaseOutcome::kAborted,
                         now);
            out.erase(held);
          }
          break;
        default:
          break;
      }
      for (const auto& grant : schedule.TakeDue(now)) {
        ASSERT_TRUE(out.emplace(grant.host, grant).second) << "seed " << seed;
        ASSERT_GT(grant.fencing_token, last_token);
        last_token = grant.fencing_token;
        ++granted;
      }
    }
    EXPECT_GT(granted, 10) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hypergauge::aggregator::legacy
