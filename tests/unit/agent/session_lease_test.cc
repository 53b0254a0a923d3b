// What a session does with the leases that come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/unit/agent/session_fixture.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(SessionTest, WorksThroughALeaseAndTrimsTheSpool) {
  FriendlyAggregator aggregator;
  Start(aggregator.server().address(),
        [](const HeldLease& held, const CycleObserver& observer, const std::stop_token&) {
          EXPECT_EQ(held.lease.fencing_token(), 7U);
          observer.on_progress({.benchmark = "first", .finished = 0, .total = 2});
          observer.on_run(RunOf("first"));
          observer.on_run(RunOf("second"));
          return LeaseResult();
        });
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  const auto hello = aggregator.server().Heard().front().hello();
  EXPECT_EQ(hello.protocol().major(), 1U);
  EXPECT_EQ(hello.identity().name(), "box");
  EXPECT_FALSE(hello.has_active_lease());
  aggregator.server().Send(LeaseMessage("lease-7", seconds(60)));
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) {
    return !LeaseEndsOf(heard).empty() && SequencesOf(heard).size() == 2;
  }));
  EXPECT_TRUE(SpoolEmpties());
  Stop();
  const auto heard = aggregator.server().Heard();
  EXPECT_THAT(SequencesOf(heard), ElementsAre(1, 2));
  ASSERT_THAT(LeaseEndsOf(heard), SizeIs(1));
  EXPECT_EQ(LeaseEndsOf(heard)[0].lease_id(), "lease-7");
  EXPECT_EQ(LeaseEndsOf(heard)[0].outcome(), v1::LeaseEnd::OUTCOME_COMPLETED);
  // The end of a lease follows its runs.
  EXPECT_TRUE(heard.back().has_lease_end());
}

TEST_F(SessionTest, TellsWhatItIsDoing) {
  FriendlyAggregator aggregator;
  Start(aggregator.server().address(),
        [](const HeldLease&, const CycleObserver& observer, const std::stop_token& stop) {
          observer.on_progress({.benchmark = "second", .finished = 1, .total = 3});
          return UntilStopped(stop);
        });
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  aggregator.server().Send(LeaseMessage("a", seconds(60)));
  ASSERT_TRUE(
      aggregator.server().Await([](const Heard& heard) { return heard.back().has_progress(); }));
  const auto progress = aggregator.server().Heard().back().progress();
  EXPECT_EQ(progress.lease_id(), "a");
  EXPECT_EQ(progress.benchmark(), "second");
  EXPECT_EQ(progress.finished_benchmarks(), 1U);
  EXPECT_EQ(progress.total_benchmarks(), 3U);
}

TEST_F(SessionTest, GoesOnMeasuringWhileTheAggregatorIsAway) {
  const ReservedPort port;
  auto first = std::make_unique<FriendlyAggregator>(nullptr, port.address());
  std::promise<void> go_on;
  Start(port.address(),
        [&](const HeldLease&, const CycleObserver& observer, const std::stop_token&) {
          observer.on_run(RunOf("first"));
          go_on.get_future().wait();
          observer.on_run(RunOf("second"));
          return LeaseResult();
        });
  ASSERT_TRUE(first->server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  first->server().Send(LeaseMessage("a", seconds(60)));
  ASSERT_TRUE(
      first->server().Await([](const Heard& heard) { return !SequencesOf(heard).empty(); }));
  first.reset();
  FriendlyAggregator second({}, port.address());
  ASSERT_TRUE(second.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  const auto hello = second.server().Heard().front().hello();
  EXPECT_EQ(hello.active_lease().lease_id(), "a");
  EXPECT_EQ(hello.active_lease().fencing_token(), 7U);
  EXPECT_GT(hello.active_lease().remaining_nanos(), 0);
  EXPECT_LE(hello.active_lease().remaining_nanos(), 60'000'000'000);
  go_on.set_value();
  ASSERT_TRUE(second.server().Await([](const Heard& heard) {
    return !LeaseEndsOf(heard).empty() && !SequencesOf(heard).empty();
  }));
  EXPECT_TRUE(SpoolEmpties());
  EXPECT_EQ(SequencesOf(second.server().Heard()).back(), 2U);
}

TEST_F(SessionTest, RefusesALeaseWhileAnotherIsWorkedOn) {
  FriendlyAggregator aggregator;
  Start(aggregator.server().address(),
        [](const HeldLease&, const CycleObserver&, const std::stop_token& stop) {
          return UntilStopped(stop);
        });
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  aggregator.server().Send(LeaseMessage("a", seconds(60)));
  aggregator.server().Send(LeaseMessage("b", seconds(60)));
  ASSERT_TRUE(
      aggregator.server().Await([](const Heard& heard) { return !LeaseEndsOf(heard).empty(); }));
  const auto end = LeaseEndsOf(aggregator.server().Heard())[0];
  EXPECT_EQ(end.lease_id(), "b");
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_ERROR);
  EXPECT_THAT(end.reason(), HasSubstr("lease a"));
}

TEST_F(SessionTest, AbortsARevokedLease) {
  FriendlyAggregator aggregator;
  Start(aggregator.server().address(),
        [](const HeldLease&, const CycleObserver&, const std::stop_token& stop) {
          return UntilStopped(stop);
        });
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  aggregator.server().Send(LeaseMessage("a", seconds(60)));
  v1::AggregatorMessage revocation;
  revocation.mutable_lease_revocation()->set_lease_id("a");
  revocation.mutable_lease_revocation()->set_reason("maintenance");
  aggregator.server().Send(revocation);
  ASSERT_TRUE(
      aggregator.server().Await([](const Heard& heard) { return !LeaseEndsOf(heard).empty(); }));
  const auto end = LeaseEndsOf(aggregator.server().Heard())[0];
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_REVOKED);
  EXPECT_THAT(end.reason(), HasSubstr("maintenance"));
}

TEST_F(SessionTest, GivesItsLeaseBackWhenItStops) {
  FriendlyAggregator aggregator;
  std::promise<void> begun;
  Start(aggregator.server().address(),
        [&](const HeldLease&, const CycleObserver& observer, const std::stop_token& stop) {
          begun.set_value();
          auto stopped = UntilStopped(stop);
          observer.on_run(RunOf("the last"));
          return stopped;
        });
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  aggregator.server().Send(LeaseMessage("a", seconds(60)));
  begun.get_future().wait();
  const auto before = std::chrono::steady_clock::now();
  Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(2));
  const auto heard = aggregator.server().Heard();
  EXPECT_THAT(SequencesOf(heard), ElementsAre(1));
  ASSERT_THAT(LeaseEndsOf(heard), SizeIs(1));
  EXPECT_EQ(LeaseEndsOf(heard)[0].outcome(), v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(LeaseEndsOf(heard)[0].cause(), v1::LeaseEnd::CAUSE_STOPPING);
  EXPECT_THAT(LeaseEndsOf(heard)[0].reason(), HasSubstr("the probe stops"));
}

// Tells its time, which the test holds, and then grants a lease that began some time ago.
class LateLeaseTest : public SessionTest {
 protected:
  LateLeaseTest() { clock_ = &here_; }

  // What the lease of a minute has left of it by the aggregator's clock when it comes.
  void Grant(seconds left) {
    left_ = left;
    Start(aggregator_.server().address(),
          [this](const HeldLease& held, const CycleObserver&, const std::stop_token&) {
            held_.set_value(held);
            return LeaseResult();
          });
    ASSERT_TRUE(
        aggregator_.server().Await([](const Heard& heard) { return !LeaseEndsOf(heard).empty(); }));
  }

  std::optional<grpc::Status> Answer(const v1::ProbeMessage& message) {
    if (!message.has_clock_request() || granted_.exchange(true)) return std::nullopt;
    aggregator_.server().Send(ClockMessage(message.clock_request(), there_));
    auto lease = LeaseMessage("late", seconds(60));
    lease.mutable_lease()->set_end_unix_nanos((there_.Realtime() + left_).count());
    aggregator_.server().Send(lease);
    return std::nullopt;
  }

  const HeldClock here_{std::chrono::hours(5), std::chrono::hours(-3)};
  const HeldClock there_{std::chrono::hours(900), std::chrono::hours(480'000)};
  std::atomic<bool> granted_ = false;
  seconds left_{};
  std::promise<HeldLease> held_;
  FriendlyAggregator aggregator_{
      [this](const v1::ProbeMessage& message) { return Answer(message); }, "127.0.0.1:0", there_};
};

TEST_F(LateLeaseTest, EndsWhenTheAggregatorThinksSo) {
  Grant(seconds(20));
  const auto end = held_.get_future().get().end;
  EXPECT_LE(end, here_.MonotonicRaw() + seconds(20));
  EXPECT_GT(end, here_.MonotonicRaw() + seconds(19));
}

TEST_F(LateLeaseTest, IsNoLongerThanItsDuration) {
  Grant(seconds(2000));
  EXPECT_EQ(held_.get_future().get().end, here_.MonotonicRaw() + seconds(60));
}

TEST_F(LateLeaseTest, IsRefusedWhenItIsOver) {
  Grant(seconds(-1));
  const auto end = LeaseEndsOf(aggregator_.server().Heard())[0];
  EXPECT_EQ(end.lease_id(), "late");
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_TOO_SHORT);
  EXPECT_THAT(end.reason(), HasSubstr("is over by the aggregator's clock"));
}

}  // namespace
}  // namespace hypergauge::testing
