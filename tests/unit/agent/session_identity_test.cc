// What a session does when the aggregator asks who it is, or says who it shall be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "probes/agent/session.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/agent/test_aggregator.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AckMessage;
using testing::CountHellos;
using ::testing::ElementsAre;
using testing::SequencesOf;
using testing::TempDir;
using testing::TestAggregator;
using testing::WelcomeMessage;
using Heard = std::vector<v1::ProbeMessage>;

v1::NodeIdentity Node() {
  v1::NodeIdentity node;
  node.set_node_id("12345678-1234-4234-8234-123456789012");
  node.set_epoch(1);
  node.set_name("box");
  return node;
}

v1::AggregatorMessage WelcomeWithToken(uint64_t counter) {
  auto message = WelcomeMessage();
  message.mutable_welcome()->mutable_continuity()->set_counter(counter);
  message.mutable_welcome()->mutable_continuity()->set_secret(std::string(16, 's'));
  return message;
}

bool Says(const Heard& heard, bool (v1::ProbeMessage::*what)() const) {
  return std::any_of(heard.begin(), heard.end(),
                     [&](const v1::ProbeMessage& message) { return (message.*what)(); });
}

// A session against a server that answers as the test says.
class SessionIdentityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  SessionIdentityTest() {
    options_.backoff = {milliseconds(1), milliseconds(20)};
    work_.hello = [] {
      v1::Hello hello;
      *hello.mutable_identity() = Node();
      return hello;
    };
  }

  ~SessionIdentityTest() override { (void)End(); }

  void Append(int count) const {
    for (int i = 0; i < count; ++i) {
      v1::Run run;
      run.set_benchmark("null");
      run.set_verdict(v1::VERDICT_CLEAN);
      ASSERT_TRUE(spool_->Append(std::move(run)));
    }
  }

  void Start(TestAggregator& aggregator) {
    options_.address = aggregator.address();
    session_ = std::make_unique<Session>(options_, work_, *spool_, [] { return 3; });
    thread_ = std::jthread(
        [this](const std::stop_token& stop) { ended_.set_value(session_->Run(stop)); });
  }

  // By itself within 30 seconds.
  SessionEnd AwaitEnd() {
    auto future = ended_.get_future();
    if (future.wait_for(seconds(30)) != std::future_status::ready) {
      ADD_FAILURE() << "the session goes on";
      return End();
    }
    auto end = future.get();
    session_.reset();
    return end;
  }

  SessionEnd End() {
    if (thread_.joinable()) {
      thread_.request_stop();
      thread_.join();
    }
    session_.reset();
    return {};
  }

  TempDir folder_;
  std::unique_ptr<Spool> spool_ = Spool::Open(folder_.path() / "spool", Node()).value();
  SessionOptions options_;
  SessionWork work_;
  std::unique_ptr<Session> session_;
  std::promise<SessionEnd> ended_;
  std::jthread thread_;
};

TEST_F(SessionIdentityTest, KeepsTheTokenBeforeItSaysSo) {
  std::atomic<uint64_t> kept = 0;
  std::promise<uint64_t> told;
  work_.keep_continuity = [&](const v1::ContinuityToken& token) {
    EXPECT_EQ(token.secret(), std::string(16, 's'));
    kept = token.counter();
    return Result<void>();
  };
  std::unique_ptr<TestAggregator> aggregator;
  aggregator = std::make_unique<TestAggregator>([&](const v1::ProbeMessage& message) {
    if (message.has_hello()) aggregator->Send(WelcomeWithToken(4));
    if (message.has_continuity_stored()) told.set_value(kept.load());
    return std::nullopt;
  });
  Start(*aggregator);
  auto kept_when_told = told.get_future();
  ASSERT_EQ(kept_when_told.wait_for(seconds(30)), std::future_status::ready);
  EXPECT_EQ(kept_when_told.get(), 4U);
  EXPECT_EQ(aggregator->Heard().back().continuity_stored().counter(), 4U);
  (void)End();
}

TEST_F(SessionIdentityTest, DoesNotSayThatItKeepsWhatItCouldNotWrite) {
  std::unique_ptr<TestAggregator> aggregator;
  work_.keep_continuity = [](const v1::ContinuityToken&) -> Result<void> {
    return Fail(ErrorCode::kResourceExhausted, "disk full");
  };
  aggregator = std::make_unique<TestAggregator>([&](const v1::ProbeMessage& message) {
    if (!message.has_hello()) return std::nullopt;
    auto welcome = WelcomeWithToken(4);
    welcome.mutable_welcome()->mutable_configuration()->set_heartbeat_seconds(1);
    aggregator->Send(welcome);
    return std::nullopt;
  });
  Start(*aggregator);
  // The state of the spool follows all else that is to be said.
  ASSERT_TRUE(aggregator->Await(
      [](const Heard& heard) { return Says(heard, &v1::ProbeMessage::has_spool_state); }));
  (void)End();
  for (const auto& message : aggregator->Heard()) EXPECT_FALSE(message.has_continuity_stored());
}

TEST_F(SessionIdentityTest, TellsTheHighestSequenceThatItGave) {
  Append(3);
  spool_->Acknowledge(3);
  spool_ = Spool::Open(folder_.path() / "spool", Node()).value();
  TestAggregator aggregator([](const v1::ProbeMessage&) { return std::nullopt; });
  Start(aggregator);
  ASSERT_TRUE(aggregator.Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  EXPECT_EQ(aggregator.Heard().front().hello().last_sequence(), 3U);
  (void)End();
}

TEST_F(SessionIdentityTest, SaysThatItIsThereBeforeAnythingElse) {
  Append(3);
  std::unique_ptr<TestAggregator> aggregator;
  aggregator = std::make_unique<TestAggregator>([&](const v1::ProbeMessage& message) {
    if (message.has_hello()) {
      aggregator->Send(WelcomeMessage(/*max_unacknowledged=*/1));
      v1::AggregatorMessage request;
      request.mutable_presence_request()->set_cookie(77);
      aggregator->Send(request);
    }
    return std::nullopt;
  });
  Start(*aggregator);
  ASSERT_TRUE(aggregator->Await(
      [](const Heard& heard) { return Says(heard, &v1::ProbeMessage::has_presence); }));
  for (const auto& message : aggregator->Heard()) {
    EXPECT_EQ(message.presence().cookie(), message.has_presence() ? 77U : 0U);
  }
  (void)End();
}

TEST_F(SessionIdentityTest, EndsWhenAnotherMachineHasItsIdentityAndSendsNoRun) {
  Append(2);
  std::unique_ptr<TestAggregator> aggregator;
  aggregator = std::make_unique<TestAggregator>(
      [&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
        if (!message.has_hello()) return std::nullopt;
        v1::AggregatorMessage answer;
        answer.mutable_enroll_anew()->set_reason("it is\x1b[31m a copy");
        aggregator->Send(answer);
        return grpc::Status(grpc::StatusCode::ALREADY_EXISTS, "a copy");
      });
  Start(*aggregator);
  const auto end = AwaitEnd();
  EXPECT_EQ(end.kind, SessionEnd::Kind::kEnrollAnew);
  EXPECT_EQ(end.reason.find('\x1b'), std::string::npos);
  EXPECT_FALSE(end.was_welcome);
  EXPECT_TRUE(SequencesOf(aggregator->Heard()).empty());
  EXPECT_EQ(spool_->State().waiting_runs(), 2U);
}

TEST_F(SessionIdentityTest, SendsWhatWaitsBeforeItBecomesAnotherNode) {
  std::unique_ptr<TestAggregator> aggregator;
  aggregator = std::make_unique<TestAggregator>(
      [&](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
        if (message.has_run()) aggregator->Send(AckMessage(message.run().id().sequence()));
        if (!message.has_hello()) return std::nullopt;
        aggregator->Send(WelcomeMessage());
        v1::AggregatorMessage answer;
        answer.mutable_take_identity()->set_node_id("22345678-1234-4234-8234-123456789012");
        answer.mutable_take_identity()->set_epoch(9);
        aggregator->Send(answer);
        return std::nullopt;
      });
  Append(5);
  Start(*aggregator);
  const auto end = AwaitEnd();
  EXPECT_EQ(end.kind, SessionEnd::Kind::kTakeIdentity);
  EXPECT_EQ(end.taken.epoch(), 9U);
  EXPECT_TRUE(end.was_welcome);
  EXPECT_THAT(SequencesOf(aggregator->Heard()), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(SessionIdentityTest, NoticesBeforeItConnectsThatTheMachineIsAnotherOne) {
  TestAggregator aggregator([](const v1::ProbeMessage&) { return std::nullopt; });
  work_.why_another = [] { return std::string("another UUID"); };
  Start(aggregator);
  EXPECT_EQ(AwaitEnd().kind, SessionEnd::Kind::kEnrollAnew);
  EXPECT_TRUE(aggregator.Heard().empty());
}

TEST_F(SessionIdentityTest, NoticesWhileItIsConnectedThatTheMachineWasSetBack) {
  std::atomic<bool> restored = false;
  std::unique_ptr<TestAggregator> aggregator;
  aggregator = std::make_unique<TestAggregator>([&](const v1::ProbeMessage& message) {
    if (message.has_hello()) {
      aggregator->Send(WelcomeMessage());
      restored = true;
    }
    return std::nullopt;
  });
  work_.why_another = [&] { return std::string(restored ? "set back" : ""); };
  options_.look_interval = milliseconds(5);
  Start(*aggregator);
  const auto end = AwaitEnd();
  EXPECT_EQ(end.kind, SessionEnd::Kind::kEnrollAnew);
  EXPECT_EQ(end.reason, "set back");
}

}  // namespace
}  // namespace hypergauge::probes
