#include "probes/agent/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <future>
#include <optional>
#include <thread>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/agent/test_aggregator.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AckMessage;
using testing::ClockMessage;
using testing::CountHellos;
using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::HasSubstr;
using testing::LeaseEndsOf;
using testing::LeaseMessage;
using testing::ReservedPort;
using testing::SequencesOf;
using ::testing::SizeIs;
using testing::TempDir;
using testing::TestAggregator;
using testing::WelcomeMessage;
using Heard = std::vector<v1::ProbeMessage>;

v1::NodeIdentity Identity() {
  v1::NodeIdentity identity;
  identity.set_node_id("12345678-1234-4234-8234-123456789012");
  identity.set_epoch(1);
  identity.set_name("box");
  return identity;
}

v1::Run RunOf(const std::string& benchmark) {
  v1::Run run;
  run.set_benchmark(benchmark);
  run.set_verdict(v1::VERDICT_CLEAN);
  return run;
}

// A session with a real spool against a real server; what is measured is up to the test.
class SessionTest : public ::testing::Test {
 protected:
  using Measure = decltype(SessionWork::measure);

  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  void SetUp() override {
    spool_ = Spool::Open(folder_.path() / "spool", Identity()).value();
    options_.backoff = {milliseconds(1), milliseconds(20)};
  }

  void TearDown() override { Stop(); }

  void Start(const std::string& address, Measure measure = {}) {
    options_.address = address;
    SessionWork work;
    work.hello = [] {
      v1::Hello hello;
      *hello.mutable_identity() = Identity();
      return hello;
    };
    work.measure = std::move(measure);
    session_ = std::make_unique<Session>(
        options_, std::move(work), *spool_,
        [bits = uint64_t{1}]() mutable { return bits = bits * 6364136223846793005U + 1; }, *clock_);
    thread_ = std::jthread([this](const std::stop_token& stop) { end_ = session_->Run(stop); });
  }

  void Stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    session_.reset();
  }

  void Append(int count) const {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(spool_->Append(RunOf("null")));
  }

  [[nodiscard]] bool SpoolEmpties() const {
    return Eventually(seconds(30), [&] { return spool_->State().waiting_runs() == 0; });
  }

  TempDir folder_;
  std::unique_ptr<Spool> spool_;
  SessionOptions options_;
  const Clock* clock_ = &Clock::System();
  std::unique_ptr<Session> session_;
  SessionEnd end_;
  std::jthread thread_;
};

// Welcomes every stream and acknowledges every run, and does first what `also` does.
class FriendlyAggregator {
 public:
  explicit FriendlyAggregator(TestAggregator::Answer also = {},
                              const std::string& address = "127.0.0.1:0")
      : also_(std::move(also)),
        server_([this](const v1::ProbeMessage& message) { return Answer(message); }, address) {}

  [[nodiscard]] TestAggregator& server() { return server_; }

 private:
  std::optional<grpc::Status> Answer(const v1::ProbeMessage& message) {
    if (also_) {
      if (auto status = also_(message)) return status;
    }
    if (message.has_hello()) server_.Send(WelcomeMessage());
    if (message.has_run()) server_.Send(AckMessage(message.run().id().sequence()));
    if (message.has_clock_request()) {
      server_.Send(ClockMessage(message.clock_request(), Clock::System()));
    }
    return std::nullopt;
  }

  TestAggregator::Answer also_;
  TestAggregator server_;
};

Result<void> UntilStopped(const std::stop_token& stop) {
  std::promise<void> stopped;
  const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
  return Fail(ErrorCode::kCancelled, "null was stopped");
}

TEST_F(SessionTest, WorksThroughALeaseAndTrimsTheSpool) {
  FriendlyAggregator aggregator;
  Start(aggregator.server().address(),
        [](const HeldLease& held, const CycleObserver& observer, const std::stop_token&) {
          EXPECT_EQ(held.lease.fencing_token(), 7U);
          observer.on_progress({.benchmark = "first", .finished = 0, .total = 2});
          observer.on_run(RunOf("first"));
          observer.on_run(RunOf("second"));
          return Result<void>();
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

TEST_F(SessionTest, WaitsForAnAggregatorThatComesLater) {
  const ReservedPort port;
  Append(3);
  std::atomic<int> attempts = 0;
  options_.address = port.address();
  SessionWork work;
  work.hello = [&] {
    ++attempts;
    v1::Hello hello;
    *hello.mutable_identity() = Identity();
    return hello;
  };
  session_ = std::make_unique<Session>(options_, std::move(work), *spool_, [] { return 3; });
  thread_ = std::jthread([this](const std::stop_token& stop) { end_ = session_->Run(stop); });
  ASSERT_TRUE(Eventually(seconds(30), [&] { return attempts >= 3; }));
  FriendlyAggregator aggregator({}, port.address());
  EXPECT_TRUE(SpoolEmpties());
  EXPECT_THAT(SequencesOf(aggregator.server().Heard()), ElementsAre(1, 2, 3));
}

TEST_F(SessionTest, KeepsTryingWhenTheProtocolsDoNotFit) {
  std::atomic<int> refusals = 0;
  FriendlyAggregator aggregator(
      [&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
        if (!message.has_hello() || ++refusals > 3) return std::nullopt;
        return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "upgrade the probe");
      });
  Append(1);
  Start(aggregator.server().address());
  EXPECT_TRUE(SpoolEmpties());
  EXPECT_EQ(CountHellos(aggregator.server().Heard()), 4);
}

TEST_F(SessionTest, LosesNoRunWhenStreamsBreak) {
  constexpr uint64_t kRuns = 60;
  // Stores every run, but the stream breaks after each third one, with its acknowledgement lost.
  std::mutex mutex;
  std::set<uint64_t> stored;
  int count = 0;
  FriendlyAggregator aggregator(
      [&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
        if (!message.has_run()) return std::nullopt;
        const std::lock_guard lock(mutex);
        stored.insert(message.run().id().sequence());
        if (++count % 3 != 0) return std::nullopt;
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the aggregator stops");
      });
  std::promise<void> measured;
  Start(aggregator.server().address(),
        [&](const HeldLease&, const CycleObserver& observer, const std::stop_token&) {
          for (uint64_t i = 0; i < kRuns; ++i) observer.on_run(RunOf("null"));
          measured.set_value();
          return Result<void>();
        });
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  aggregator.server().Send(LeaseMessage("a", seconds(60)));
  measured.get_future().wait();
  EXPECT_TRUE(SpoolEmpties());
  const std::lock_guard lock(mutex);
  EXPECT_EQ(stored.size(), kRuns);
  EXPECT_EQ(*stored.begin(), 1U);
  EXPECT_EQ(*stored.rbegin(), kRuns);
  // On each stream the runs come in order.
  uint64_t last = 0;
  for (const auto& message : aggregator.server().Heard()) {
    if (message.has_hello()) last = 0;
    if (!message.has_run()) continue;
    EXPECT_GT(message.run().id().sequence(), last);
    last = message.run().id().sequence();
  }
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
          return Result<void>();
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

// Below the highest stored run there may be one missing.
TEST_F(SessionTest, DropsNothingThatWasNotAcknowledgedHowMuchTheAggregatorHas) {
  Append(5);
  TestAggregator* server = nullptr;
  TestAggregator aggregator([&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
    if (message.has_hello()) server->Send(WelcomeMessage(64, 3));
    if (message.has_run()) server->Send(AckMessage(message.run().id().sequence()));
    return std::nullopt;
  });
  server = &aggregator;
  Start(aggregator.address());
  EXPECT_TRUE(SpoolEmpties());
  EXPECT_THAT(SequencesOf(aggregator.Heard()), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(SessionTest, HasNoMoreRunsUnderWayThanAllowed) {
  Append(9);
  TestAggregator* server = nullptr;
  std::mutex mutex;
  uint64_t acknowledged = 0;
  uint64_t most = 0;
  TestAggregator aggregator([&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
    if (message.has_hello()) server->Send(WelcomeMessage(3));
    if (!message.has_run()) return std::nullopt;
    const std::lock_guard lock(mutex);
    const uint64_t sequence = message.run().id().sequence();
    most = std::max(most, sequence - acknowledged);
    // Says nothing until the probe has used what it may.
    if (sequence - acknowledged == 3) server->Send(AckMessage(acknowledged = sequence));
    return std::nullopt;
  });
  server = &aggregator;
  Start(aggregator.address());
  EXPECT_TRUE(SpoolEmpties());
  const std::lock_guard lock(mutex);
  EXPECT_EQ(most, 3U);
  EXPECT_EQ(acknowledged, 9U);
}

// This machine's time, 5 % slow.
class SlowClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return Clock::System().MonotonicRaw() / 20 * 19;
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return MonotonicRaw(); }
};

// What two readings say once they are so far apart that the ratio is known to a hundredth.
v1::ClockEvidence CompareUntilKnown(ReferenceClock& reference, const std::stop_token& stop) {
  v1::ClockEvidence evidence;
  const auto before = reference.Read(stop);
  EXPECT_TRUE(before);
  EXPECT_TRUE(Eventually(seconds(60), [&] {
    const auto after = reference.Read(stop);
    const auto compared =
        before && after ? CompareReadings(*before, *after)
                        : Result<v1::ClockEvidence>(Fail(ErrorCode::kUnavailable, "no reading"));
    if (compared) evidence = *compared;
    return compared && evidence.ratios(0).error() < 0.01;
  }));
  return evidence;
}

class ClockSessionTest : public SessionTest {
 protected:
  // What a lease's work finds out of the clocks.
  v1::ClockEvidence CompareUnderALease() {
    FriendlyAggregator aggregator;
    std::promise<v1::ClockEvidence> compared;
    Start(aggregator.server().address(),
          [&](const HeldLease&, const CycleObserver&, const std::stop_token& stop) {
            compared.set_value(CompareUntilKnown(session_->reference_clock(), stop));
            return Result<void>();
          });
    EXPECT_TRUE(
        aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
    aggregator.server().Send(LeaseMessage("a", seconds(300)));
    auto evidence = compared.get_future().get();
    Stop();
    return evidence;
  }
};

TEST_F(ClockSessionTest, FindsItsOwnClockStraight) {
  const auto evidence = CompareUnderALease();
  EXPECT_NEAR(evidence.ratios(0).ratio(), 1, evidence.ratios(0).error());
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
}

TEST_F(ClockSessionTest, FindsItsOwnClockSlow) {
  const SlowClock slow;
  clock_ = &slow;
  const auto evidence = CompareUnderALease();
  EXPECT_NEAR(evidence.ratios(0).ratio(), 0.95, evidence.ratios(0).error());
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLOCK);
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
  EXPECT_THAT(end.reason(), HasSubstr("maintenance"));
}

TEST_F(SessionTest, SendsARejectedRunNoMore) {
  Append(3);
  TestAggregator* server = nullptr;
  TestAggregator aggregator([&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
    if (message.has_hello()) server->Send(WelcomeMessage());
    if (!message.has_run()) return std::nullopt;
    if (message.run().id().sequence() != 2) {
      server->Send(AckMessage(message.run().id().sequence()));
      return std::nullopt;
    }
    v1::AggregatorMessage rejection;
    *rejection.mutable_rejection()->mutable_id() = message.run().id();
    rejection.mutable_rejection()->set_field("run.benchmark");
    rejection.mutable_rejection()->set_reason("is unknown");
    server->Send(rejection);
    return grpc::Status(grpc::StatusCode::INVALID_ARGUMENT, "run.benchmark is unknown");
  });
  server = &aggregator;
  Start(aggregator.address());
  EXPECT_TRUE(SpoolEmpties());
  Stop();
  const auto sequences = SequencesOf(aggregator.Heard());
  EXPECT_EQ(std::count(sequences.begin(), sequences.end(), 2U), 1);
  EXPECT_EQ(spool_->State().rejected_runs(), 1U);
}

TEST_F(SessionTest, LeavesAnAggregatorThatDoesNotAnswer) {
  options_.welcome_limit = milliseconds(20);
  TestAggregator aggregator([](const v1::ProbeMessage&) { return std::nullopt; });
  Start(aggregator.address());
  EXPECT_TRUE(aggregator.Await([](const Heard& heard) { return CountHellos(heard) >= 3; }));
}

TEST_F(SessionTest, SaysThatItIsAliveWhenAsked) {
  Append(2);
  TestAggregator* server = nullptr;
  TestAggregator aggregator([&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
    if (!message.has_hello()) return std::nullopt;
    auto welcome = WelcomeMessage();
    welcome.mutable_welcome()->mutable_configuration()->set_heartbeat_seconds(1);
    server->Send(welcome);
    return std::nullopt;
  });
  server = &aggregator;
  Start(aggregator.address());
  ASSERT_TRUE(aggregator.Await([](const Heard& heard) {
    return std::count_if(heard.begin(), heard.end(),
                         [](const auto& each) { return each.has_spool_state(); }) >= 2;
  }));
  EXPECT_EQ(aggregator.Heard().back().spool_state().waiting_runs(), 2U);
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
  EXPECT_THAT(LeaseEndsOf(heard)[0].reason(), HasSubstr("the probe stops"));
}

TEST_F(SessionTest, StopsWhileNobodyAnswers) {
  const ReservedPort port;
  Start(port.address());
  const auto before = std::chrono::steady_clock::now();
  Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(2));
}

}  // namespace
}  // namespace hypergauge::probes
