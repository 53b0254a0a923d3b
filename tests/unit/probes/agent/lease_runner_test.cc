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

Result<void> UntilStopped(const HeldLease& /*held*/, const std::stop_token& stop) {
  std::promise<void> stopped;
  const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
  return Fail(ErrorCode::kCancelled, "null was stopped");
}

TEST_F(LeaseRunnerTest, CountsTheLeaseFromItsReceipt) {
  HeldLease seen;
  work_ = [&](const HeldLease& held, const std::stop_token&) -> Result<void> {
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
  EXPECT_EQ(second.error().message, "lease a is still being worked on");
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
  EXPECT_EQ(end.reason(), "revoked: maintenance (null was stopped)");
}

TEST_F(LeaseRunnerTest, RefusesWhatCannotBeWorkedOn) {
  EXPECT_EQ(runner_.Begin(LeaseOf("a", {})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(runner_.Current());
  work_ = [](const HeldLease&, const std::stop_token&) -> Result<void> {
    return Fail(ErrorCode::kInvalidArgument, "unknown benchmark \"x\"");
  };
  ASSERT_TRUE(runner_.Begin(LeaseOf("a", std::chrono::seconds(60))));
  const auto end = End();
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(end.reason(), "unknown benchmark \"x\"");
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
  EXPECT_EQ(ended.reason(), "the probe stops (null was stopped)");
}

}  // namespace
}  // namespace hypergauge::probes
