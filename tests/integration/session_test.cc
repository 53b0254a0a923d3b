// Probes' streams against a real aggregator: what is said right is kept, what is said wrong is
// refused by name and harms nobody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/probe_stream.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr auto kAck = v1::AggregatorMessage::kAck;

int64_t Now() {
  return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

v1::Lease LeaseOf(ProbeStream& probe) {
  const auto message = probe.ReceiveKind(v1::AggregatorMessage::kLease);
  EXPECT_TRUE(message.has_value()) << "no lease came";
  return message ? message->lease() : v1::Lease();
}

v1::Run Under(const v1::Lease& lease, v1::Run run) {
  run.set_lease_id(lease.lease_id());
  run.set_fencing_token(lease.fencing_token());
  return run;
}

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(aggregator_.ready()) << aggregator_.process().output(); }

  TempDir folder_;
  AggregatorProcess aggregator_{folder_.path().string()};
};

TEST_F(SessionTest, ARunIsAcknowledgedAndSeenByPrometheus) {
  ProbeStream probe(aggregator_.grpc_address());
  const auto welcome = probe.Greet(MakeHello("a"));
  ASSERT_TRUE(welcome.has_value());
  EXPECT_EQ(welcome->protocol().major(), 1U);
  EXPECT_EQ(welcome->stored_sequence(), 0U);
  ASSERT_TRUE(probe.Send(Under(LeaseOf(probe), MakeRun("a", 1, 0.25, Now()))));
  const auto ack = probe.ReceiveKind(kAck);
  ASSERT_TRUE(ack.has_value());
  EXPECT_EQ(ack->ack().sequence(), 1U);
  EXPECT_THAT(aggregator_.Scrape(), HasSubstr("suite=\"light\",threads=\"1\"} 0.25\n"));
}

TEST_F(SessionTest, AProbeThatComesBackIsToldWhatIsStored) {
  {
    ProbeStream probe(aggregator_.grpc_address());
    ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
    probe.Send(MakeRun("a", 1, 0.25, Now()));
    ASSERT_TRUE(probe.ReceiveKind(kAck).has_value());
  }
  ProbeStream again(aggregator_.grpc_address());
  EXPECT_EQ(again.Greet(MakeHello("a"))->stored_sequence(), 1U);
  again.Send(MakeRun("a", 1, 0.25, Now()));
  EXPECT_TRUE(again.ReceiveKind(kAck).has_value());
  EXPECT_THAT(aggregator_.Scrape(),
              HasSubstr("hypergauge_runs_total{benchmark=\"cpu_blowfish\",node=\"a\","
                        "verdict=\"contended\"} 1\n"));
}

TEST_F(SessionTest, ANodeThatSaysNaNIsRefusedByFieldAndItsNeighbourGoesOn) {
  ProbeStream good(aggregator_.grpc_address());
  ASSERT_TRUE(good.Greet(MakeHello("good")).has_value());
  ProbeStream bad(aggregator_.grpc_address());
  ASSERT_TRUE(bad.Greet(MakeHello("bad")).has_value());
  auto run = MakeRun("bad", 1, 0.25, Now());
  run.mutable_measures(0)->set_samples(2, std::numeric_limits<double>::quiet_NaN());
  bad.Send(run);
  const auto rejection = bad.ReceiveKind(v1::AggregatorMessage::kRejection);
  ASSERT_TRUE(rejection.has_value());
  EXPECT_EQ(rejection->rejection().field(), "run.measures[0].samples[2]");
  EXPECT_EQ(rejection->rejection().id().sequence(), 1U);
  const auto status = bad.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("run.measures[0].samples[2] is NaN"));
  good.Send(MakeRun("good", 1, 0.5, Now()));
  EXPECT_TRUE(good.ReceiveKind(kAck).has_value());
  EXPECT_THAT(aggregator_.Scrape(), HasSubstr("hypergauge_rejected_messages_total 1\n"));
}

TEST_F(SessionTest, AStringThatIsNoUtf8IsNamed) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  auto run = MakeRun("a", 1, 0.25, Now());
  run.set_verdict_reason("\xff\xfe");
  probe.Send(run);
  const auto status = probe.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("message.run.verdict_reason is not valid UTF-8"));
}

TEST_F(SessionTest, AnOversizedMessageIsRefused) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  auto run = MakeRun("a", 1, 0.25, Now());
  run.set_verdict_reason(std::string(5'000'000, 'x'));
  probe.Send(run);
  const auto status = probe.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
}

TEST_F(SessionTest, AnOversizedStringIsNamed) {
  ProbeStream probe(aggregator_.grpc_address());
  auto hello = MakeHello(std::string(300, 'n'));
  EXPECT_FALSE(probe.Greet(hello).has_value());
  const auto status = probe.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("hello.identity"));
}

TEST_F(SessionTest, AProbeOfANewerProtocolIsToldToWaitForTheAggregator) {
  ProbeStream probe(aggregator_.grpc_address());
  auto hello = MakeHello("a");
  hello.mutable_protocol()->set_major(2);
  EXPECT_FALSE(probe.Greet(hello).has_value());
  const auto status = probe.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("upgrade the aggregator"));
}

TEST_F(SessionTest, AStreamBeginsWithHello) {
  ProbeStream probe(aggregator_.grpc_address());
  probe.Send(MakeRun("a", 1));
  EXPECT_EQ(probe.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(SessionTest, ANewStreamOfANodeEndsTheOldOne) {
  ProbeStream first(aggregator_.grpc_address());
  ASSERT_TRUE(first.Greet(MakeHello("a")).has_value());
  ProbeStream second(aggregator_.grpc_address());
  ASSERT_TRUE(second.Greet(MakeHello("a")).has_value());
  EXPECT_EQ(first.Finish().error_code(), grpc::StatusCode::ALREADY_EXISTS);
  second.Send(MakeRun("a", 1, 0.25, Now()));
  EXPECT_TRUE(second.ReceiveKind(kAck).has_value());
  EXPECT_THAT(aggregator_.Scrape(), HasSubstr("hypergauge_node_up{node=\"a\"} 1\n"));
}

TEST_F(SessionTest, ClocksAreAnswered) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  v1::ProbeMessage message;
  message.mutable_clock_request()->set_cookie(7);
  probe.Send(message);
  const auto answer = probe.ReceiveKind(v1::AggregatorMessage::kClockReply);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->clock_reply().cookie(), 7U);
  EXPECT_LE(answer->clock_reply().received_monotonic_nanos(),
            answer->clock_reply().sent_monotonic_nanos());
}

TEST_F(SessionTest, APeerThatAsksForTheTimeWithoutEndIsCutOff) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  v1::ProbeMessage message;
  message.mutable_clock_request()->set_cookie(7);
  for (int sent = 0; sent < 200'000 && probe.Send(message); ++sent) {
  }
  const auto status = probe.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("1000 questions for the time at once"));
}

TEST_F(SessionTest, AGuestGetsItsLeaseOnlyWhenItsHostHasGivenItBack) {
  ProbeStream host(aggregator_.grpc_address());
  ASSERT_TRUE(host.Greet(MakeHello("h")).has_value());
  const auto first = host.ReceiveKind(v1::AggregatorMessage::kLease);
  ASSERT_TRUE(first.has_value());
  ProbeStream guest(aggregator_.grpc_address());
  auto hello = MakeHello("g");
  hello.set_role(v1::ROLE_GUEST);
  hello.mutable_placement()->set_host("h");
  ASSERT_TRUE(guest.Greet(hello).has_value());
  // The answer to a clock request tells that the aggregator had all the time it needed to grant.
  // What else a new node gets may come before that, its offline slot for one.
  v1::ProbeMessage clock;
  clock.mutable_clock_request()->set_cookie(1);
  guest.Send(clock);
  auto kind = v1::AggregatorMessage::KIND_NOT_SET;
  while (kind != v1::AggregatorMessage::kClockReply) {
    const auto message = guest.Receive();
    ASSERT_TRUE(message.has_value());
    kind = message->kind_case();
    ASSERT_NE(kind, v1::AggregatorMessage::kLease);
  }
  v1::ProbeMessage end;
  end.mutable_lease_end()->set_lease_id(first->lease().lease_id());
  end.mutable_lease_end()->set_outcome(v1::LeaseEnd::OUTCOME_COMPLETED);
  host.Send(end);
  // The host's turn before that of its new guest.
  const auto opening = LeaseOf(host);
  end.mutable_lease_end()->set_lease_id(opening.lease_id());
  host.Send(end);
  const auto second = LeaseOf(guest);
  EXPECT_GT(second.fencing_token(), opening.fencing_token());
  EXPECT_GE(second.start_unix_nanos(), opening.start_unix_nanos());
}

TEST_F(SessionTest, ARunThatBeganBeforeItsLeaseIsStoredAndNotBelieved) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  const auto lease = LeaseOf(probe);
  ASSERT_TRUE(probe.Send(Under(lease, MakeRun("a", 1, 0.25, Now() - 3600))));
  ASSERT_TRUE(probe.ReceiveKind(kAck).has_value());
  // Once more, as after a lost acknowledgement.
  ASSERT_TRUE(probe.Send(Under(lease, MakeRun("a", 1, 0.25, Now() - 3600))));
  ASSERT_TRUE(probe.ReceiveKind(kAck).has_value());
  const auto scrape = aggregator_.Scrape();
  EXPECT_THAT(scrape, HasSubstr("hypergauge_runs_total{benchmark=\"cpu_blowfish\",node=\"a\","
                                "verdict=\"contended\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("hypergauge_schedule_violations_total{reason=\"early\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("hypergauge_schedule_collisions_total 0\n"));
}

TEST_F(SessionTest, ARunUnderTheTokenOfAnotherNodeIsStoredAndNotBelieved) {
  ProbeStream owner(aggregator_.grpc_address());
  ASSERT_TRUE(owner.Greet(MakeHello("owner")).has_value());
  const auto lease = LeaseOf(owner);
  ProbeStream thief(aggregator_.grpc_address());
  ASSERT_TRUE(thief.Greet(MakeHello("thief")).has_value());
  ASSERT_TRUE(thief.Send(Under(lease, MakeRun("thief", 1, 0.25, Now()))));
  ASSERT_TRUE(thief.ReceiveKind(kAck).has_value());
  ASSERT_TRUE(owner.Send(Under(lease, MakeRun("owner", 1, 0.25, Now()))));
  ASSERT_TRUE(owner.ReceiveKind(kAck).has_value());
  const auto scrape = aggregator_.Scrape();
  EXPECT_THAT(scrape, HasSubstr("node=\"thief\",verdict=\"contended\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("node=\"owner\",verdict=\"clean\"} 1\n"));
  EXPECT_THAT(scrape,
              HasSubstr("hypergauge_schedule_violations_total{reason=\"foreign_lease\"} 1\n"));
}

TEST_F(SessionTest, AProbeThatGivesTheAggregatorsVerdictsIsRefused) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  auto run = MakeRun("a", 1, 0.25, Now());
  run.set_verdict(v1::VERDICT_MIGRATED);
  probe.Send(run);
  const auto rejection = probe.ReceiveKind(v1::AggregatorMessage::kRejection);
  ASSERT_TRUE(rejection.has_value());
  EXPECT_EQ(rejection->rejection().field(), "run.verdict");
  EXPECT_EQ(probe.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(SessionTest, WhoSaysTooMuchIsSentAwayAndToldTheLimit) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  v1::ProbeMessage message;
  message.mutable_offline_slot_stored()->set_token(7);
  for (int sent = 0; sent < 20'000 && probe.Send(message); ++sent) {
  }
  const auto status = probe.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  EXPECT_THAT(status.error_message(), HasSubstr("1000 messages at once or 100 in a second"));
  EXPECT_THAT(aggregator_.Scrape(), HasSubstr("hypergauge_rejected_messages_total 1\n"));
}

TEST_F(SessionTest, AStoppingAggregatorSaysSoAndEndsCleanly) {
  ProbeStream probe(aggregator_.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  aggregator_.process().Signal(SIGTERM);
  EXPECT_EQ(probe.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(aggregator_.process().Wait(seconds(20)), 0);
}

// Everything that was acknowledged before a kill -9 is there after it, and what is sent again is
// not counted twice.
TEST(CrashTest, KillNineLosesNothingThatWasAcknowledged) {
  const TempDir folder;
  constexpr uint64_t kRuns = 400;
  constexpr uint64_t kKillAfter = 150;
  uint64_t acknowledged = 0;
  {
    AggregatorProcess aggregator(folder.path().string());
    ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
    ProbeStream probe(aggregator.grpc_address());
    ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
    // Fewer at a time than an aggregator lets be under way, so that sending never waits for
    // reading.
    constexpr uint64_t kBatch = 50;
    for (uint64_t sent = 0; sent < kRuns && acknowledged < kKillAfter; sent += kBatch) {
      for (uint64_t i = 1; i <= kBatch; ++i) probe.Send(MakeRun("a", sent + i, 0.25, Now()));
      while (acknowledged < sent + kBatch) {
        const auto ack = probe.ReceiveKind(kAck);
        ASSERT_TRUE(ack.has_value());
        acknowledged = ack->ack().sequence();
        if (acknowledged >= kKillAfter) break;
      }
    }
    aggregator.process().Signal(SIGKILL);
    EXPECT_EQ(aggregator.process().Wait(seconds(10)), 128 + SIGKILL);
  }
  ASSERT_GE(acknowledged, kKillAfter);
  AggregatorProcess aggregator(folder.path().string());
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  // Seen before any probe has come back.
  EXPECT_THAT(aggregator.Scrape(), HasSubstr(",verdict=\"contended\"} "));
  ProbeStream probe(aggregator.grpc_address());
  const auto welcome = probe.Greet(MakeHello("a"));
  ASSERT_TRUE(welcome.has_value());
  EXPECT_GE(welcome->stored_sequence(), acknowledged);
  for (uint64_t first = 1; first <= kRuns; first += 50) {
    for (uint64_t i = first; i < first + 50; ++i) probe.Send(MakeRun("a", i, 0.25, Now()));
    while (true) {
      const auto ack = probe.ReceiveKind(kAck);
      ASSERT_TRUE(ack.has_value());
      if (ack->ack().sequence() == first + 49) break;
    }
  }
  EXPECT_THAT(aggregator.Scrape(),
              HasSubstr("verdict=\"contended\"} " + std::to_string(kRuns) + "\n"));
}

// The store on a file system of its own, which a file fills up. The mount is seen only by the
// aggregator; /proc/PID/root leads into it.
TEST(FullDiskTest, NothingIsAcknowledgedUntilThereIsRoomAgain) {
  const TempDir folder;
  const std::string store = folder.path().string();
  const std::string script =
      "mount -t tmpfs -o size=1M none \"$0\" && head -c 700K /dev/zero > \"$0/filler\" && "
      "exec \"$@\"";
  AggregatorProcess aggregator(
      store, {}, {"unshare", "--map-root-user", "--mount", "sh", "-c", script, store});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  auto run = MakeRun("a", 1, 0.25, Now());
  for (int i = 0; i < 9'000; ++i) run.mutable_measures(0)->add_samples(1 + i);
  uint64_t acknowledged = 0;
  {
    ProbeStream probe(aggregator.grpc_address());
    ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
    for (uint64_t sequence = 1; sequence <= 20; ++sequence) {
      run.mutable_id()->set_sequence(sequence);
      probe.Send(run);
      const auto ack = probe.ReceiveKind(kAck);
      if (!ack) break;
      acknowledged = ack->ack().sequence();
    }
    const auto status = probe.Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(status.error_message(), HasSubstr("full"));
  }
  ASSERT_LT(acknowledged, 20U);
  std::filesystem::remove("/proc/" + std::to_string(aggregator.process().pid()) + "/root" + store +
                          "/filler");
  ProbeStream probe(aggregator.grpc_address());
  ASSERT_TRUE(probe.Greet(MakeHello("a")).has_value());
  run.mutable_id()->set_sequence(acknowledged + 1);
  probe.Send(run);
  EXPECT_TRUE(probe.ReceiveKind(kAck).has_value());
}

}  // namespace
}  // namespace hypergauge::testing
