#include "probes/agent/lease_runner.h"

#include <gtest/gtest.h>

#include <future>

namespace hypergauge::probes {
namespace {

v1::Lease LeaseOf(const std::string& id, std::chrono::nanoseconds duration) {
  v1::Lease lease;
  lease.set_lease_id(id);
  lease.set_duration_nanos(duration.count());
  return lease;
}

class LeaseRunnerTest : public ::testing::Test {
 protected:
  // The next lease's end; the work of the test is set before it begins.
  v1::LeaseEnd End() { return ended_.get_future().get(); }

  LeaseRunner::Work work_;
  std::promise<v1::LeaseEnd> ended_;
  LeaseRunner runner_{
      [this](const HeldLease& held, const std::stop_token& stop) { return work_(held, stop); },
      [this](v1::LeaseEnd end) { ended_.set_value(std::move(end)); }, Clock::System()};
};

LeaseResult UntilStopped(const HeldLease& /*held*/, const std::stop_token& stop) {
  std::promise<void> stopped;
  const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
  return Abort(v1::LeaseEnd::CAUSE_ERROR, "null was stopped");
}

TEST_F(LeaseRunnerTest, CountsTheLeaseFromItsReceipt) {
  HeldLease seen;
  work_ = [&](const HeldLease& held, const std::stop_token&) -> LeaseResult {
    seen = held;
    return {};
  };
  const auto before = Clock::System().MonotonicRaw();
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::seconds(60))));
  const auto end = End();
  EXPECT_EQ(end.lease_id(), "a");
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_COMPLETED);
  EXPECT_EQ(end.reason(), "");
  EXPECT_GE(seen.end, before + std::chrono::seconds(60));
  EXPECT_LE(seen.end, Clock::System().MonotonicRaw() + std::chrono::seconds(60));
}

TEST_F(LeaseRunnerTest, RefusesASecondLeaseUntilTheFirstHasEnded) {
  work_ = UntilStopped;
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::seconds(60))));
  const auto second = runner_.Begin(LeaseOf("b", std::chrono::seconds(60)));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "lease a is still being worked on");
  EXPECT_EQ(runner_.Current()->lease.lease_id(), "a");
  runner_.Stop("enough");
  EXPECT_EQ(End().outcome(), v1::LeaseEnd::OUTCOME_ABORTED);
  ended_ = {};
  ASSERT_TRUE(runner_.Begin(LeaseOf("b", std::chrono::seconds(60))));
  runner_.Stop("enough");
  EXPECT_EQ(End().lease_id(), "b");
}

TEST_F(LeaseRunnerTest, SaysWhyALeaseWasRevoked) {
  work_ = UntilStopped;
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::seconds(60))));
  runner_.Revoke("another", "not this one");
  runner_.Revoke("a", "maintenance");
  const auto end = End();
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_REVOKED);
  EXPECT_EQ(end.reason(), "revoked: maintenance (null was stopped)");
}

TEST_F(LeaseRunnerTest, RefusesWhatCannotBeWorkedOn) {
  const auto without = runner_.Begin(LeaseOf("a", {}));
  EXPECT_EQ(without.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(without.error().cause, v1::LeaseEnd::CAUSE_TOO_SHORT);
  EXPECT_FALSE(runner_.Current());
  work_ = [](const HeldLease&, const std::stop_token&) -> LeaseResult {
    return Refuse(v1::LeaseEnd::CAUSE_UNKNOWN_BENCHMARK, "unknown benchmark \"x\"");
  };
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::seconds(60))));
  const auto end = End();
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_UNKNOWN_BENCHMARK);
  EXPECT_EQ(end.reason(), "unknown benchmark \"x\"");
}

TEST_F(LeaseRunnerTest, EndsALeaseWithTheTimeItSpentOnItsWay) {
  HeldLease seen;
  work_ = [&](const HeldLease& held, const std::stop_token&) -> LeaseResult {
    seen = held;
    return {};
  };
  const auto now = Clock::System().MonotonicRaw();
  const auto soon = now + std::chrono::hours(1);
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::hours(2)), {.latest_end = soon}));
  (void)End();
  EXPECT_EQ(seen.end, soon);
  EXPECT_FALSE(seen.offline);
  const auto over = runner_.Begin(LeaseOf("b", std::chrono::hours(2)), {.latest_end = now});
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(over.error().cause, v1::LeaseEnd::CAUSE_TOO_SHORT);
  EXPECT_EQ(over.error().reason, "lease b is over by the aggregator's clock");
  EXPECT_FALSE(runner_.Current());
}

TEST_F(LeaseRunnerTest, EnduresALeaseForEver) {
  HeldLease seen;
  work_ = [&](const HeldLease& held, const std::stop_token&) -> LeaseResult {
    seen = held;
    return {};
  };
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::nanoseconds::max())));
  EXPECT_EQ(End().outcome(), v1::LeaseEnd::OUTCOME_COMPLETED);
  EXPECT_GT(seen.end, Clock::System().MonotonicRaw());
}

TEST(LeaseRunner, StopsItsWorkWhenItGoes) {
  v1::LeaseEnd ended;
  std::promise<void> begun;
  {
    LeaseRunner runner(
        [&](const HeldLease& held, const std::stop_token& stop) {
          begun.set_value();
          return UntilStopped(held, stop);
        },
        [&](v1::LeaseEnd end) { ended = std::move(end); }, Clock::System());
    ASSERT_TRUE(runner.Begin(LeaseOf("a", std::chrono::seconds(60))));
    begun.get_future().wait();
  }
  EXPECT_EQ(ended.cause(), v1::LeaseEnd::CAUSE_STOPPING);
  EXPECT_EQ(ended.reason(), "the probe stops (null was stopped)");
}

}  // namespace
}  // namespace hypergauge::probes
