#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aggregator/ingest/validate.h"
#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::HasSubstr;

std::string FieldOf(const std::optional<FieldError>& error) {
  return error ? error->field : "";
}

TEST(ValidateScheduleTest, APeerIsHostAndPort) {
  auto hello = MakeHello("a");
  for (const char* good : {"", "p:1", "10.0.0.1:65535", "[fd00::1]:5201", "iperf.example.:5201"}) {
    hello.set_peer(good);
    EXPECT_EQ(FieldOf(CheckHello(hello)), "") << good;
  }
  for (const char* bad : {"p", ":1", "p:", "p:0", "p:65536", "p:-1", "p:1x", "p q:1", "p\nq:1",
                          "fd00::1:5201", "p:99999999999999999999"}) {
    hello.set_peer(bad);
    EXPECT_EQ(FieldOf(CheckHello(hello)), "hello.peer") << bad;
  }
  hello.set_peer(std::string(300, 'p') + ":1");
  EXPECT_EQ(FieldOf(CheckHello(hello)), "hello.peer");
}

TEST(ValidateScheduleTest, TokensAreNumbersThatThisAggregatorGives) {
  auto hello = MakeHello("a");
  hello.set_offline_slot(INT64_MAX);
  hello.mutable_active_lease()->set_fencing_token(INT64_MAX);
  EXPECT_EQ(FieldOf(CheckHello(hello)), "");
  hello.set_offline_slot(UINT64_MAX);
  EXPECT_EQ(FieldOf(CheckHello(hello)), "hello.offline_slot");
  hello.mutable_active_lease()->set_fencing_token(UINT64_MAX);
  EXPECT_EQ(FieldOf(CheckHello(hello)), "hello.active_lease.fencing_token");
  hello.mutable_active_lease()->set_remaining_nanos(INT64_MIN);
  EXPECT_EQ(FieldOf(CheckHello(hello)), "hello.active_lease.remaining_nanos");
  v1::OfflineSlotStored stored;
  stored.set_token(7);
  EXPECT_EQ(FieldOf(CheckOfflineSlotStored(stored)), "");
  stored.set_token(UINT64_MAX);
  EXPECT_EQ(FieldOf(CheckOfflineSlotStored(stored)), "message.offline_slot_stored.token");
}

TEST(ValidateScheduleTest, ALeaseEndsInAWayThatIsKnown) {
  v1::LeaseEnd end;
  EXPECT_EQ(FieldOf(CheckLeaseEnd(end)), "message.lease_end.lease_id");
  end.set_lease_id("lease-7");
  EXPECT_EQ(FieldOf(CheckLeaseEnd(end)), "message.lease_end.outcome");
  end.set_outcome(v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(FieldOf(CheckLeaseEnd(end)), "");
  end.set_cause(v1::LeaseEnd::CAUSE_ERROR);
  EXPECT_EQ(FieldOf(CheckLeaseEnd(end)), "");
  end.set_cause(static_cast<v1::LeaseEnd::Cause>(99));
  EXPECT_EQ(FieldOf(CheckLeaseEnd(end)), "message.lease_end.cause");
  EXPECT_THAT(CheckLeaseEnd(end)->Text(), HasSubstr("is 99"));
  end.set_outcome(static_cast<v1::LeaseEnd::Outcome>(-1));
  EXPECT_EQ(FieldOf(CheckLeaseEnd(end)), "message.lease_end.outcome");
}

TEST(ValidateScheduleTest, SomeVerdictsAreTheAggregators) {
  auto run = MakeRun("a", 1);
  for (const auto verdict : {v1::VERDICT_CONTENDED, v1::VERDICT_MIGRATED}) {
    run.set_verdict(verdict);
    const auto error = CheckRun(run, MakeHello("a"));
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->field, "run.verdict");
    EXPECT_THAT(error->reason, HasSubstr("which the aggregator gives"));
  }
  run.set_verdict(static_cast<v1::Verdict>(99));
  EXPECT_EQ(FieldOf(CheckRun(run, MakeHello("a"))), "run.verdict");
  run.set_verdict(v1::VERDICT_STEAL);
  EXPECT_EQ(FieldOf(CheckRun(run, MakeHello("a"))), "");
}

}  // namespace
}  // namespace hypergauge::aggregator
