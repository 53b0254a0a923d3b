#pragma once

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "probes/agent/session.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/agent/test_aggregator.h"

/// A session of the agent against a real server.
namespace hypergauge::testing {

using Heard = std::vector<v1::ProbeMessage>;
using probes::Abort;
using probes::CycleObserver;
using probes::HeldLease;
using probes::LeaseResult;
using probes::Session;
using probes::SessionEnd;
using probes::SessionOptions;
using probes::SessionWork;
using probes::Spool;

inline v1::NodeIdentity SessionIdentity() {
  v1::NodeIdentity identity;
  identity.set_node_id("12345678-1234-4234-8234-123456789012");
  identity.set_epoch(1);
  identity.set_name("box");
  return identity;
}

inline v1::Run RunOf(const std::string& benchmark) {
  v1::Run run;
  run.set_benchmark(benchmark);
  run.set_verdict(v1::VERDICT_CLEAN);
  return run;
}

/// A clock whose hands the test holds: CLOCK_MONOTONIC_RAW, and so much on top as the calendar.
class HeldClock final : public Clock {
 public:
  HeldClock(std::chrono::nanoseconds now, std::chrono::nanoseconds calendar)
      : now_(now.count()), calendar_(calendar) {}
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return std::chrono::nanoseconds(now_.load());
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override {
    return MonotonicRaw() + calendar_;
  }
  void Advance(std::chrono::nanoseconds time) { now_ += time.count(); }

 private:
  std::atomic<int64_t> now_;
  const std::chrono::nanoseconds calendar_;
};

/// A session with a real spool against a real server; what is measured is up to the test.
class SessionTest : public ::testing::Test {
 protected:
  using Measure = decltype(SessionWork::measure);

  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  void SetUp() override {
    spool_ = Spool::Open(folder_.path() / "spool", SessionIdentity()).value();
    options_.backoff = {std::chrono::milliseconds(1), std::chrono::milliseconds(20)};
  }

  void TearDown() override { Stop(); }

  void Start(const std::string& address, Measure measure = {}) {
    options_.address = address;
    SessionWork work;
    work.hello = [this] {
      ++streams_;
      v1::Hello hello;
      *hello.mutable_identity() = SessionIdentity();
      return hello;
    };
    work.measure = std::move(measure);
    work.slot = slot_;
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
    return Eventually(std::chrono::seconds(30),
                      [&] { return spool_->State().waiting_runs() == 0; });
  }

  // Until the session has tried `count` further streams: what was true before is known by then.
  [[nodiscard]] bool AwaitStreams(int count) const {
    const int goal = streams_ + count;
    return Eventually(std::chrono::seconds(60), [&] { return streams_ >= goal; });
  }

  TempDir folder_;
  std::unique_ptr<Spool> spool_;
  probes::OfflineSlotFile* slot_ = nullptr;
  std::atomic<int> streams_ = 0;  // Hellos made; and looks at what has changed
  SessionOptions options_;
  const Clock* clock_ = &Clock::System();
  std::unique_ptr<Session> session_;
  SessionEnd end_;
  std::jthread thread_;
};

/// Welcomes every stream and acknowledges every run, and does first what `also` does.
class FriendlyAggregator {
 public:
  explicit FriendlyAggregator(TestAggregator::Answer also = {},
                              const std::string& address = "127.0.0.1:0",
                              const Clock& clock = Clock::System())
      : also_(std::move(also)),
        clock_(clock),
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
      server_.Send(ClockMessage(message.clock_request(), clock_));
    }
    return std::nullopt;
  }

  const TestAggregator::Answer also_;
  const Clock& clock_;
  TestAggregator server_;
};

/// Work that lasts until it is stopped.
inline LeaseResult UntilStopped(const std::stop_token& stop) {
  std::promise<void> stopped;
  const std::stop_callback on_stop(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
  return Abort(v1::LeaseEnd::CAUSE_ERROR, "null was stopped");
}

}  // namespace hypergauge::testing
