// Leases of a real aggregator, and probes that do with them what they must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>

#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/obedient_probe.h"
#include "tests/support/operator.h"
#include "tests/support/probe_stream.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSecond = 1'000'000'000;

v1::Hello GuestHello(const std::string& name, const std::string& host) {
  v1::Hello hello = MakeHello(name);
  hello.set_role(v1::ROLE_GUEST);
  hello.mutable_placement()->set_host(host);
  hello.mutable_placement()->set_source(v1::Placement::SOURCE_DECLARED);
  return hello;
}

v1::ActiveLease ActiveOf(const v1::Lease& lease) {
  v1::ActiveLease active;
  active.set_lease_id(lease.lease_id());
  active.set_fencing_token(lease.fencing_token());
  active.set_remaining_nanos(60 * kSecond);
  return active;
}

// A run that began and ended then. Its clock was compared with the aggregator's, which on one
// machine is the same.
v1::Run RunBetween(const std::string& node, uint64_t sequence, int64_t start, int64_t end) {
  v1::Run run = MakeRun(node, sequence);
  run.set_started_unix_nanos(start);
  run.set_wall_nanos(end - start);
  for (const char* clock : {"CLOCK_MONOTONIC_RAW", "CLOCK_MONOTONIC", "CLOCK_REALTIME"}) {
    auto& ratio = *run.mutable_clock()->add_ratios();
    ratio.set_clock(clock);
    ratio.set_ratio(1);
    ratio.set_error(1e-6);
  }
  return run;
}

v1::Run Under(const v1::Lease& lease, v1::Run run) {
  run.set_lease_id(lease.lease_id());
  run.set_fencing_token(lease.fencing_token());
  return run;
}

class ScheduleTest : public ::testing::Test {
 protected:
  // Turns that last no time, of which each node has one pair an hour and one as soon as it is new.
  void Start(const std::string& lease = "10m", const std::string& interval = "1h") {
    const auto file =
        folder_.Write("some.yml", "schedule:\n  interval: " + interval + "\n  lease: " + lease +
                                      "\n  cycle: 100ms\n  retry: 1s\n"
                                      "  benchmarks: [cpu_blowfish]\n"
                                      "  duty: {node: 1, host: 1}\n"
                                      "  mesh: {interval: 0}\n"
                                      "  offline: {period: 0}\n");
    aggregator_ = std::make_unique<AggregatorProcess>(
        (folder_.path() / "store").string(),
        std::vector<std::string>{"--config.file", file.string()});
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
    operator_ = std::make_unique<Operator>(aggregator_->grpc_address());
  }

  // As a power cut would: nothing is said, written or closed.
  void Kill() {
    aggregator_->process().Signal(SIGKILL);
    ASSERT_TRUE(aggregator_->process().Wait(seconds(20)).has_value());
    aggregator_.reset();
  }

  [[nodiscard]] std::unique_ptr<ProbeStream> Connect(const v1::Hello& hello) const {
    auto probe = std::make_unique<ProbeStream>(aggregator_->grpc_address());
    EXPECT_TRUE(probe->Greet(hello).has_value()) << hello.identity().name();
    return probe;
  }

  static v1::Lease LeaseOf(ProbeStream& probe) {
    const auto message = probe.ReceiveKind(v1::AggregatorMessage::kLease);
    EXPECT_TRUE(message.has_value()) << "no lease came";
    return message ? message->lease() : v1::Lease();
  }

  static void GiveBack(ProbeStream& probe, const v1::Lease& lease,
                       v1::LeaseEnd::Outcome outcome = v1::LeaseEnd::OUTCOME_COMPLETED,
                       v1::LeaseEnd::Cause cause = v1::LeaseEnd::CAUSE_UNSPECIFIED) {
    v1::ProbeMessage message;
    message.mutable_lease_end()->set_lease_id(lease.lease_id());
    message.mutable_lease_end()->set_outcome(outcome);
    message.mutable_lease_end()->set_cause(cause);
    EXPECT_TRUE(probe.Send(message));
  }

  static void Deliver(ProbeStream& probe, const v1::Run& run) {
    ASSERT_TRUE(probe.Send(run));
    ASSERT_TRUE(probe.ReceiveKind(v1::AggregatorMessage::kAck).has_value());
  }

  // What happens at the aggregator's clock cannot be hurried.
  void WaitUntil(int64_t moment) const {
    ASSERT_TRUE(Eventually(seconds(60), [&] { return operator_->Now() > moment; }));
  }

  // Events and series come a moment after the acknowledgement.
  void ExpectContended(const std::string& node, const std::string& violation) const {
    const auto run = operator_->LatestRun(node);
    EXPECT_EQ(run.verdict(), v1::VERDICT_CONTENDED) << run.verdict_reason();
    EXPECT_TRUE(Eventually(seconds(20), [&] {
      const auto events = operator_->Events(v1::Event::KIND_LEASE_VIOLATED);
      return events.size() == 1 && events[0].node() == node && events[0].subject() == violation;
    })) << run.verdict_reason();
    EXPECT_TRUE(Exposes("hypergauge_schedule_violations_total{reason=\"" + violation + "\"} 1"));
  }

  [[nodiscard]] bool Exposes(const std::string& line) const {
    return Eventually(seconds(20), [&] {
      return aggregator_->Scrape().find("\n" + line + "\n") != std::string::npos;
    });
  }

  TempDir folder_;
  std::unique_ptr<AggregatorProcess> aggregator_;
  std::unique_ptr<Operator> operator_;
};

TEST_F(ScheduleTest, ALeaseSaysAllThatTheRecordDoes) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto probe = Connect(MakeHello("a"));
  const auto lease = LeaseOf(*probe);
  EXPECT_EQ(lease.suite(), "light");
  EXPECT_EQ(lease.lock_class(), v1::Lease::CLASS_EXCLUSIVE);
  EXPECT_THAT(lease.benchmarks(), ::testing::ElementsAre("cpu_blowfish"));
  EXPECT_EQ(lease.end_unix_nanos() - lease.start_unix_nanos(), 600 * kSecond);
  const auto record = operator_->LeaseOf(lease.fencing_token());
  EXPECT_EQ(record.lease_id(), lease.lease_id());
  EXPECT_EQ(record.node(), "a");
  ASSERT_EQ(record.locks_size(), 1);
  EXPECT_EQ(record.locks(0).host(), "a");
  EXPECT_EQ(record.locks(0).resources_size(), 4);
  EXPECT_EQ(record.outcome(), v1::LeaseRecord::OUTCOME_UNSPECIFIED);
  GiveBack(*probe, lease);
  EXPECT_TRUE(Eventually(seconds(20), [&] {
    return operator_->LeaseOf(lease.fencing_token()).outcome() ==
           v1::LeaseRecord::OUTCOME_COMPLETED;
  }));
}

TEST_F(ScheduleTest, ARunInItsLeaseIsCleanAndStampedWithItsRound) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto probe = Connect(MakeHello("a"));
  const auto lease = LeaseOf(*probe);
  WaitUntil(lease.start_unix_nanos() + kSecond / 10);
  auto run = Under(lease, RunBetween("a", 1, lease.start_unix_nanos(), operator_->Now()));
  run.set_round(77);  // which is not for the probe to say
  Deliver(*probe, run);
  const auto stored = operator_->LatestRun("a");
  EXPECT_EQ(stored.verdict(), v1::VERDICT_CLEAN) << stored.verdict_reason();
  EXPECT_EQ(stored.round(), operator_->LeaseOf(lease.fencing_token()).round());
  EXPECT_NE(stored.round(), 0U);
  EXPECT_EQ(stored.round_pass(), 1U);
  EXPECT_TRUE(Exposes("hypergauge_schedule_collisions_total 0"));
}

TEST_F(ScheduleTest, WhoMeasuresWithoutALeaseIsFoundOut) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto host = Connect(MakeHello("h"));
  const auto lease = LeaseOf(*host);
  const auto guest = Connect(GuestHello("g", "h"));
  WaitUntil(lease.start_unix_nanos() + kSecond);
  const auto now = operator_->Now();
  Deliver(*guest, RunBetween("g", 1, lease.start_unix_nanos(), now));
  Deliver(*guest, RunBetween("g", 2, lease.start_unix_nanos() - 3 * kSecond,
                             lease.start_unix_nanos() - kSecond));
  EXPECT_THAT(operator_->LatestRun("g").verdict_reason(), HasSubstr("lease"));
  // One offence, however many runs it brings.
  EXPECT_TRUE(Exposes("hypergauge_schedule_violations_total{reason=\"no_lease\"} 2"));
  EXPECT_TRUE(Eventually(
      seconds(20), [&] { return !operator_->Events(v1::Event::KIND_LEASE_VIOLATED).empty(); }));
  // The one that had the right to measure has measured beside it, and no clean figure.
  Deliver(*host, Under(lease, RunBetween("h", 1, lease.start_unix_nanos(), now)));
  EXPECT_EQ(operator_->LatestRun("h").verdict(), v1::VERDICT_CONTENDED);
  EXPECT_TRUE(Exposes("hypergauge_schedule_collisions_total 1"));
  EXPECT_TRUE(Eventually(seconds(20), [&] {
    const auto collisions = operator_->Events(v1::Event::KIND_SCHEDULE_COLLISION);
    return collisions.size() == 1 && collisions[0].subject() == "h";
  }));
  // Events are stored in the order in which they happened.
  const auto events = operator_->Events(v1::Event::KIND_LEASE_VIOLATED);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].node(), "g");
  EXPECT_EQ(events[0].subject(), "no_lease");
}

TEST_F(ScheduleTest, AnothersTokenIsNoRight) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto a = Connect(MakeHello("a"));
  const auto lease = LeaseOf(*a);
  const auto b = Connect(MakeHello("b"));
  WaitUntil(lease.start_unix_nanos() + kSecond);
  Deliver(*b, Under(lease, RunBetween("b", 1, lease.start_unix_nanos(), operator_->Now())));
  ExpectContended("b", "foreign_lease");
  // On another host, so that the owner's own run stays clean.
  Deliver(*a, Under(lease, RunBetween("a", 1, lease.start_unix_nanos(), operator_->Now())));
  EXPECT_EQ(operator_->LatestRun("a").verdict(), v1::VERDICT_CLEAN);
}

TEST_F(ScheduleTest, AnInventedTokenIsNoRight) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto probe = Connect(MakeHello("a"));
  auto lease = LeaseOf(*probe);
  WaitUntil(lease.start_unix_nanos() + kSecond);
  lease.set_fencing_token(lease.fencing_token() + 1'000'000);
  Deliver(*probe, Under(lease, RunBetween("a", 1, lease.start_unix_nanos(), operator_->Now())));
  ExpectContended("a", "unknown_lease");
}

TEST_F(ScheduleTest, WhoHoldsALeaseForEverLosesIt) {
  ASSERT_NO_FATAL_FAILURE(Start("2s"));
  const auto host = Connect(MakeHello("h"));
  const auto held = LeaseOf(*host);
  const auto guest = Connect(GuestHello("g", "h"));
  const auto next = LeaseOf(*guest);
  EXPECT_GE(next.start_unix_nanos(), held.end_unix_nanos());
  const auto record = operator_->LeaseOf(held.fencing_token());
  EXPECT_EQ(record.outcome(), v1::LeaseRecord::OUTCOME_EXPIRED);
  EXPECT_GE(record.ended_unix_nanos(), held.end_unix_nanos());
  EXPECT_GE(operator_->Schedule().expired().at("connected"), 1U);
  // It went on measuring, and says so late.
  WaitUntil(held.end_unix_nanos() + kSecond);
  Deliver(*host, Under(held, RunBetween("h", 1, held.start_unix_nanos(), operator_->Now())));
  ExpectContended("h", "expired");
}

TEST_F(ScheduleTest, ARunThatIsDeliveredLateWasMeasuredInTime) {
  ASSERT_NO_FATAL_FAILURE(Start("2s"));
  const auto probe = Connect(MakeHello("a"));
  const auto lease = LeaseOf(*probe);
  WaitUntil(lease.end_unix_nanos() + kSecond);
  Deliver(*probe, Under(lease, RunBetween("a", 1, lease.start_unix_nanos(),
                                          lease.start_unix_nanos() + kSecond)));
  EXPECT_EQ(operator_->LatestRun("a").verdict(), v1::VERDICT_CLEAN)
      << operator_->LatestRun("a").verdict_reason();
}

TEST_F(ScheduleTest, WhoAsksAThousandTimesASecondIsSentAway) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto good = Connect(MakeHello("good"));
  const auto loud = Connect(MakeHello("loud"));
  v1::ProbeMessage message;
  message.mutable_progress()->set_benchmark("cpu_blowfish");
  // A stream may say a thousand things at once, and then a hundred a second.
  for (int i = 0; i < 20'000 && loud->Send(message); ++i) {
  }
  const auto status = loud->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << status.error_message();
  const auto lease = LeaseOf(*good);
  GiveBack(*good, lease);
  Deliver(*good, Under(lease, RunBetween("good", 1, lease.start_unix_nanos(), operator_->Now())));
  EXPECT_TRUE(Exposes("hypergauge_rejected_messages_total 1"));
}

TEST_F(ScheduleTest, NodesOfAHostTakeTurnsInOneOrder) {
  ASSERT_NO_FATAL_FAILURE(Start("10s", "2s"));
  ObedientProbes probes(aggregator_->grpc_address(), 1);
  for (const auto& hello : {MakeHello("h"), GuestHello("g1", "h"), GuestHello("g2", "h")}) {
    probes.Connect(hello, "h");
  }
  const auto seen = probes.WaitUntil(
      [](const auto& now) {
        return now.leases.size() == 3 &&
               std::ranges::all_of(now.leases, [](const auto& node) { return node.second >= 8; });
      },
      seconds(120));
  EXPECT_THAT(seen.broken, IsEmpty());
  EXPECT_EQ(seen.leases.size(), 3U);
  const auto leases = operator_->Leases();
  EXPECT_THAT(Meetings(leases), IsEmpty());
  auto rounds = Rounds(leases, "h");
  ASSERT_GE(rounds.size(), 4U);
  rounds.erase(std::prev(rounds.end()));  // it may be under way
  int complete = 0;
  for (const auto& [number, turns] : rounds) {
    complete += turns == "h g1 g2 g2 g1 h" ? 1 : 0;
  }
  // While they came there were smaller ones.
  EXPECT_GE(complete, 2) << ::testing::PrintToString(rounds);
  EXPECT_EQ(rounds.rbegin()->second, "h g1 g2 g2 g1 h");
}

TEST_F(ScheduleTest, APauseTakesLeasesBackAndAResumeGivesThemAgain) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto probe = Connect(MakeHello("a"));
  GiveBack(*probe, LeaseOf(*probe));
  int64_t fastest = INT64_MAX;
  // The probe is this test, which a busy machine may keep waiting: the best of five counts.
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(operator_->RunNow("a", {"cpu_blowfish"}, nullptr).ok());
    const auto lease = LeaseOf(*probe);
    ASSERT_EQ(operator_->Pause("", "rehearsal"), 1);
    const auto revocation = probe->ReceiveKind(v1::AggregatorMessage::kLeaseRevocation);
    ASSERT_TRUE(revocation.has_value());
    EXPECT_EQ(revocation->lease_revocation().lease_id(), lease.lease_id());
    GiveBack(*probe, lease, v1::LeaseEnd::OUTCOME_ABORTED, v1::LeaseEnd::CAUSE_REVOKED);
    ASSERT_TRUE(Eventually(seconds(20), [&] {
      return operator_->LeaseOf(lease.fencing_token()).ended_unix_nanos() != 0;
    }));
    const auto record = operator_->LeaseOf(lease.fencing_token());
    EXPECT_EQ(record.outcome(), v1::LeaseRecord::OUTCOME_REVOKED);
    const auto pauses = operator_->Schedule().pauses();
    ASSERT_EQ(pauses.size(), 1);
    EXPECT_EQ(pauses[0].reason(), "rehearsal");
    fastest = std::min(fastest, record.ended_unix_nanos() - pauses[0].began_unix_nanos());
    EXPECT_EQ(operator_->RunNow("a", {"cpu_blowfish"}, nullptr).error_code(),
              grpc::StatusCode::UNAVAILABLE);
    ASSERT_EQ(operator_->Resume(""), 1);
  }
  EXPECT_LE(fastest, kSecond);
  EXPECT_THAT(operator_->Schedule().preempted(), Contains(::testing::Pair("paused", 5)));
  EXPECT_TRUE(Eventually(seconds(20), [&] {
    return operator_->Events(v1::Event::KIND_SCHEDULE_PAUSED).size() == 5 &&
           operator_->Events(v1::Event::KIND_SCHEDULE_RESUMED).size() == 5;
  }));
}

TEST_F(ScheduleTest, APauseOutlivesTheAggregator) {
  ASSERT_NO_FATAL_FAILURE(Start("10s", "2s"));
  {
    const auto probe = Connect(MakeHello("a"));
    GiveBack(*probe, LeaseOf(*probe));
    (void)operator_->Pause("a");
  }
  Kill();
  ASSERT_NO_FATAL_FAILURE(Start("10s", "2s"));
  const auto pauses = operator_->Schedule().pauses();
  ASSERT_EQ(pauses.size(), 1);
  EXPECT_EQ(pauses[0].host(), "a");
  const auto paused = Connect(MakeHello("a"));
  const auto free = Connect(MakeHello("b"));
  // While the other one gets several, this one gets none.
  for (int i = 0; i < 3; ++i) GiveBack(*free, LeaseOf(*free));
  EXPECT_EQ(operator_->RunNow("a", {"cpu_blowfish"}, nullptr).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  const auto resumed = operator_->Now();
  ASSERT_EQ(operator_->Resume("a"), 1);
  EXPECT_GE(LeaseOf(*paused).start_unix_nanos(), resumed);
}

TEST_F(ScheduleTest, ARunByCommandComesBeforeWhatIsPlanned) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto host = Connect(MakeHello("h"));
  const auto first = LeaseOf(*host);
  const auto guest1 = Connect(GuestHello("g1", "h"));
  const auto guest2 = Connect(GuestHello("g2", "h"));
  ASSERT_TRUE(Eventually(seconds(20),
                         [&] { return operator_->Schedule({"h"}).hosts(0).nodes_size() == 3; }));
  v1::RunNowResponse order;
  const auto status = operator_->RunNow("g2", {"cpu_blowfish"}, &order);
  ASSERT_TRUE(status.ok()) << status.error_message();
  GiveBack(*host, first);
  const auto lease = LeaseOf(*guest2);
  EXPECT_EQ(lease.lease_id(), order.lease_id());
  for (const auto& record : operator_->Leases()) {
    EXPECT_TRUE(record.fencing_token() <= first.fencing_token() ||
                record.fencing_token() >= lease.fencing_token())
        << record.ShortDebugString();
  }
  EXPECT_EQ(operator_->LeaseOf(lease.fencing_token()).purpose(), v1::LeaseRecord::PURPOSE_RUN_NOW);
}

TEST_F(ScheduleTest, AfterACrashAHostStaysLockedUntilTheLeaseEnds) {
  ASSERT_NO_FATAL_FAILURE(Start("8s"));
  const auto held = LeaseOf(*Connect(MakeHello("h")));
  Kill();
  ASSERT_NO_FATAL_FAILURE(Start("8s"));
  // Its probe does not come back: it may be measuring.
  const auto guest = Connect(GuestHello("g", "h"));
  const auto next = LeaseOf(*guest);
  EXPECT_GE(next.start_unix_nanos(), held.end_unix_nanos());
  EXPECT_GT(next.fencing_token(), held.fencing_token());
  EXPECT_EQ(operator_->LeaseOf(held.fencing_token()).outcome(), v1::LeaseRecord::OUTCOME_EXPIRED);
  EXPECT_EQ(operator_->Schedule().expired().at("disconnected"), 1U);
}

TEST_F(ScheduleTest, AfterACrashTheProbesWordFreesTheHost) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto held = LeaseOf(*Connect(MakeHello("h")));
  Kill();
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto guest = Connect(GuestHello("g", "h"));  // waits
  const auto host = Connect(MakeHello("h"));         // says that it holds none
  ASSERT_TRUE(Eventually(seconds(20), [&] { return operator_->Leases().size() >= 2; }));
  const auto leases = operator_->Leases();
  EXPECT_EQ(leases[0].fencing_token(), held.fencing_token());
  EXPECT_EQ(leases[0].outcome(), v1::LeaseRecord::OUTCOME_LOST);
  EXPECT_GE(leases[1].start_unix_nanos(), leases[0].ended_unix_nanos());
  EXPECT_LT(leases[1].start_unix_nanos(), held.end_unix_nanos());
}

TEST_F(ScheduleTest, AfterACrashALeaseThatIsBroughtBackGoesOn) {
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto held = LeaseOf(*Connect(MakeHello("h")));
  Kill();
  ASSERT_NO_FATAL_FAILURE(Start());
  auto hello = MakeHello("h");
  *hello.mutable_active_lease() = ActiveOf(held);
  const auto host = Connect(hello);
  const auto guest = Connect(GuestHello("g", "h"));
  const auto end = operator_->Now();
  Deliver(*host, Under(held, RunBetween("h", 1, held.start_unix_nanos(), end)));
  EXPECT_EQ(operator_->LatestRun("h").verdict(), v1::VERDICT_CLEAN)
      << operator_->LatestRun("h").verdict_reason();
  GiveBack(*host, held);
  // Whoever is next: not before the lease was given back.
  ASSERT_TRUE(Eventually(seconds(20), [&] { return operator_->Leases().size() >= 2; }));
  const auto leases = operator_->Leases();
  EXPECT_THAT(Meetings(leases), IsEmpty());
  EXPECT_EQ(leases[0].fencing_token(), held.fencing_token());
  EXPECT_EQ(leases[0].outcome(), v1::LeaseRecord::OUTCOME_COMPLETED);
  EXPECT_GE(leases[1].start_unix_nanos(), end);
}

struct Contradiction {
  std::string name;
  std::string yaml;
  std::vector<std::string> said;
};

class ScheduleConfigTest : public ::testing::TestWithParam<Contradiction> {};

TEST_P(ScheduleConfigTest, IsRefusedAtTheStartWithTheArithmetic) {
  const TempDir folder;
  const auto file = folder.Write("some.yml", GetParam().yaml);
  const auto finished =
      RunProcess({Program("hypergauge-aggregator"), "--storage.path",
                  (folder.path() / "store").string(), "--web.listen-address", "127.0.0.1:0",
                  "--grpc.listen-address", "127.0.0.1:0", "--config.file", file.string()});
  EXPECT_EQ(finished.exit_code, 2) << finished.output;
  EXPECT_THAT(finished.output, HasSubstr("some.yml"));
  for (const auto& part : GetParam().said) EXPECT_THAT(finished.output, HasSubstr(part));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "store" / "hypergauge.db"));
}

INSTANTIATE_TEST_SUITE_P(
    Contradictions, ScheduleConfigTest,
    ::testing::Values(
        Contradiction{"IntervalShorterThanTheRound",
                      "schedule: {interval: 30s, cycle: 20s}\n",
                      {"schedule.interval", "30s", "4 turns x 20s = 80s"}},
        Contradiction{"LeaseShorterThanTheCycle",
                      "schedule: {interval: 1h, cycle: 20s, lease: 10s}\n",
                      {"lease", "10s", "20s"}},
        Contradiction{"DutyOfMoreThanAll", "schedule: {duty: {host: 1.5}}\n", {"duty", "1.5"}},
        Contradiction{"DutyOfNothing", "schedule: {duty: {node: 0}}\n", {"duty", "0"}},
        Contradiction{"SlotsThatDoNotFit",
                      "schedule: {offline: {period: 1m, length: 50s, guard: 20s}}\n",
                      {"offline", "50s", "20s"}},
        Contradiction{"MeshShorterThanItsCycle",
                      "schedule: {mesh: {interval: 5s, cycle: 10s}}\n",
                      {"mesh", "5s", "10s"}},
        Contradiction{"NeverNotQuiet",
                      "schedule: {quiet_hours: [\"00:00-12:00\", \"12:00-24:00\"]}\n",
                      {"quiet_hours"}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace hypergauge::testing
