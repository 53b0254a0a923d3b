#include "probes/agent/clock_exchange.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <limits>
#include <thread>

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// Every look at it takes a microsecond, so that the order of all looks can be told.
class CountingClock final : public Clock {
 public:
  [[nodiscard]] nanoseconds MonotonicRaw() const override { return nanoseconds(now_ += 1000); }
  [[nodiscard]] nanoseconds Realtime() const override { return nanoseconds(now_ += 1000); }

 private:
  mutable std::atomic<int64_t> now_ = 0;
};

// The owner of a stream to an aggregator, on a thread of its own, as a session is.
class ClockExchangerTest : public ::testing::Test {
 protected:
  using Answer = std::function<void(const v1::ClockRequest&)>;

  // Does `answer` with every question from now on.
  void Serve(Answer answer) {
    answer_ = std::move(answer);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      std::unique_lock lock(mutex_);
      while (wake_.wait(lock, stop, [&] { return rung_; })) {
        rung_ = false;
        lock.unlock();
        while (const auto request = exchanger_.TakeRequest()) {
          exchanger_.Writing(*request);
          answer_(*request);
        }
        lock.lock();
      }
    });
  }

  [[nodiscard]] v1::ClockReply ReplyTo(const v1::ClockRequest& request) const {
    v1::ClockReply reply;
    reply.set_cookie(request.cookie());
    reply.set_received_monotonic_nanos(clock_.MonotonicRaw().count());
    reply.set_received_unix_nanos(clock_.Realtime().count());
    reply.set_sent_monotonic_nanos(clock_.MonotonicRaw().count());
    reply.set_sent_unix_nanos(clock_.Realtime().count());
    return reply;
  }

  CountingClock clock_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool rung_ = false;
  // Long, so that no loaded machine reaches it.
  ClockExchanger exchanger_{[this] {
                              const std::lock_guard lock(mutex_);
                              rung_ = true;
                              wake_.notify_all();
                            },
                            clock_, seconds(60)};
  Answer answer_;
  std::jthread thread_;
};

TEST_F(ClockExchangerTest, AsksEightTimesAndKeepsTheShortest) {
  std::atomic<int> asked = 0;
  exchanger_.Connected();
  Serve([&](const v1::ClockRequest& request) {
    const auto reply = ReplyTo(request);
    const bool slow = ++asked != 5;
    for (int i = 0; slow && i < 10; ++i) (void)clock_.MonotonicRaw();
    exchanger_.Received(reply);
  });
  const auto reading = exchanger_.Read({});
  ASSERT_TRUE(reading);
  EXPECT_EQ(asked, 8);
  const auto& exchange = reading->exchange;
  // Sent, received there, sent there, received: the looks follow each other.
  EXPECT_LT(exchange.sent.realtime, exchange.remote_received_raw);
  EXPECT_LT(exchange.remote_received_raw, exchange.remote_received_realtime);
  EXPECT_LT(exchange.remote_received_realtime, exchange.remote_sent_raw);
  EXPECT_LT(exchange.remote_sent_realtime, exchange.received.raw);
  EXPECT_LT(exchange.received.raw - exchange.sent.raw, nanoseconds(10'000));
  EXPECT_NE(reading->link, 0U);
}

TEST_F(ClockExchangerTest, HasNoReadingWithoutAStream) {
  EXPECT_EQ(exchanger_.Read({}).error().code, ErrorCode::kUnavailable);
  exchanger_.Connected();
  exchanger_.Disconnected();
  EXPECT_EQ(exchanger_.Read({}).error().code, ErrorCode::kUnavailable);
}

TEST_F(ClockExchangerTest, TellsOneStreamFromTheNext) {
  Serve([&](const v1::ClockRequest& request) { exchanger_.Received(ReplyTo(request)); });
  exchanger_.Connected();
  const auto first = exchanger_.Read({}).value();
  EXPECT_EQ(exchanger_.Read({}).value().link, first.link);
  exchanger_.Disconnected();
  exchanger_.Connected();
  EXPECT_NE(exchanger_.Read({}).value().link, first.link);
}

TEST_F(ClockExchangerTest, EndsWithItsStream) {
  exchanger_.Connected();
  Serve([&](const v1::ClockRequest&) { exchanger_.Disconnected(); });
  EXPECT_EQ(exchanger_.Read({}).error().code, ErrorCode::kUnavailable);
}

TEST_F(ClockExchangerTest, MixesNoTwoStreams) {
  exchanger_.Connected();
  Serve([&](const v1::ClockRequest&) {
    exchanger_.Disconnected();
    exchanger_.Connected();
  });
  EXPECT_EQ(exchanger_.Read({}).error().code, ErrorCode::kUnavailable);
}

TEST_F(ClockExchangerTest, EndsWhenItIsToldTo) {
  std::stop_source stop;
  exchanger_.Connected();
  Serve([&](const v1::ClockRequest&) { stop.request_stop(); });
  EXPECT_EQ(exchanger_.Read(stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST_F(ClockExchangerTest, TakesNoAnswerToAnotherQuestion) {
  std::atomic<int> asked = 0;
  exchanger_.Connected();
  Serve([&](const v1::ClockRequest& request) {
    auto reply = ReplyTo(request);
    reply.set_cookie(request.cookie() - 1);
    reply.set_received_monotonic_nanos(1);
    exchanger_.Received(reply);  // late
    ++asked;
    exchanger_.Received(ReplyTo(request));
    exchanger_.Received(reply);
  });
  const auto reading = exchanger_.Read({});
  ASSERT_TRUE(reading);
  EXPECT_EQ(asked, 8);
  EXPECT_GT(reading->exchange.remote_received_raw, reading->exchange.sent.raw);
}

TEST_F(ClockExchangerTest, TakesNoTimeThatCannotBe) {
  exchanger_.Connected();
  Serve([&](const v1::ClockRequest& request) {
    for (const int64_t wrong : {int64_t{-1}, std::numeric_limits<int64_t>::max()}) {
      auto reply = ReplyTo(request);
      reply.set_received_monotonic_nanos(wrong);
      exchanger_.Received(reply);
      reply = ReplyTo(request);
      reply.set_sent_monotonic_nanos(wrong);
      exchanger_.Received(reply);
      reply = ReplyTo(request);
      reply.set_sent_unix_nanos(wrong);
      exchanger_.Received(reply);
    }
    exchanger_.Received(ReplyTo(request));
  });
  const auto reading = exchanger_.Read({});
  ASSERT_TRUE(reading);
  EXPECT_LT(reading->exchange.remote_sent_raw, reading->exchange.received.raw);
  EXPECT_GT(reading->exchange.remote_received_raw, reading->exchange.sent.raw);
}

TEST(ClockExchanger, WaitsOnlySoLong) {
  const CountingClock clock;
  ClockExchanger exchanger([] {}, clock, milliseconds(1));
  exchanger.Connected();
  const auto reading = exchanger.Read({});
  ASSERT_FALSE(reading);
  EXPECT_EQ(reading.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(reading.error().message, "the aggregator did not tell its time within 1 ms");
  EXPECT_FALSE(exchanger.TakeRequest());  // not sent for nobody
}

}  // namespace
}  // namespace hypergauge::probes
