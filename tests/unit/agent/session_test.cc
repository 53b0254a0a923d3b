// What a session does with its stream and its spool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>

#include "tests/unit/agent/session_fixture.h"

namespace hypergauge::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

TEST_F(SessionTest, WaitsForAnAggregatorThatComesLater) {
  const ReservedPort port;
  Append(3);
  std::atomic<int> attempts = 0;
  options_.address = port.address();
  SessionWork work;
  work.hello = [&] {
    ++attempts;
    v1::Hello hello;
    *hello.mutable_identity() = SessionIdentity();
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
          return LeaseResult();
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

TEST_F(SessionTest, StopsWhileNobodyAnswers) {
  const ReservedPort port;
  Start(port.address());
  const auto before = std::chrono::steady_clock::now();
  Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(2));
}

}  // namespace
}  // namespace hypergauge::testing
