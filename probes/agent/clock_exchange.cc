#include "probes/agent/clock_exchange.h"

#include <vector>

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// What no clock shows before the year 2100, so that sums and differences fit.
constexpr int64_t kLatest = int64_t{1} << 62;

bool IsTime(int64_t nanos) {
  return nanos >= 0 && nanos < kLatest;
}

bool IsPlausible(const v1::ClockReply& reply) {
  return IsTime(reply.received_monotonic_nanos()) && IsTime(reply.sent_monotonic_nanos()) &&
         reply.received_monotonic_nanos() <= reply.sent_monotonic_nanos() &&
         IsTime(reply.received_unix_nanos()) && IsTime(reply.sent_unix_nanos());
}

Error LinkIsGone() {
  return {ErrorCode::kUnavailable, "the aggregator is not connected"};
}

}  // namespace

Result<ClockReading> ClockExchanger::Read(const std::stop_token& stop) {
  uint64_t link = 0;
  {
    const std::lock_guard lock(mutex_);
    link = link_;
    reading_ = true;
  }
  auto reading = ReadOver(link, stop);
  const std::lock_guard lock(mutex_);
  reading_ = false;
  return reading;
}

Result<ClockReading> ClockExchanger::ReadOver(uint64_t link, const std::stop_token& stop) {
  const auto end = steady_clock::now() + limit_;
  std::vector<ClockExchange> exchanges;
  for (int i = 0; i < kExchangesPerReading; ++i) {
    const auto exchange = Exchange(link, stop, end);
    if (exchange) {
      exchanges.push_back(*exchange);
    } else if (exchange.error().code != ErrorCode::kDeadlineExceeded) {
      return tl::unexpected(exchange.error());
    } else {
      break;
    }
  }
  if (exchanges.empty()) {
    return Fail(ErrorCode::kUnavailable, "the aggregator did not tell its time within " +
                                             std::to_string(limit_.count()) + " ms");
  }
  return ClockReading{BestExchange(exchanges), link};
}

Result<ClockExchange> ClockExchanger::Exchange(uint64_t link, const std::stop_token& stop,
                                               steady_clock::time_point end) {
  {
    const std::lock_guard lock(mutex_);
    if (link == 0 || link_ != link) return tl::unexpected(LinkIsGone());
    present_ = {.cookie = present_.cookie + 1, .to_be_sent = true, .exchange = {}};
  }
  ring_();
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, stop, end, [&] { return present_.answered || link_ != link; });
  present_.to_be_sent = false;  // nobody waits for it any more
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "stopped");
  if (link_ != link) return tl::unexpected(LinkIsGone());
  if (!present_.answered) return Fail(ErrorCode::kDeadlineExceeded, "no answer");
  return present_.exchange;
}

void ClockExchanger::Ask() {
  {
    const std::lock_guard lock(mutex_);
    if (link_ == 0 || reading_) return;
    present_ = {.cookie = present_.cookie + 1, .to_be_sent = true, .exchange = {}};
  }
  ring_();
}

std::optional<AggregatorTime> ClockExchanger::Now() const {
  const auto now = ReadClocks(clock_);
  const std::lock_guard lock(mutex_);
  return aggregator_.At(now);
}

std::optional<AggregatorTime> ClockExchanger::NowOnThisLink() const {
  const auto now = ReadClocks(clock_);
  const std::lock_guard lock(mutex_);
  const auto time = aggregator_.At(now);
  return time && time->link == link_ ? time : std::nullopt;
}

void ClockExchanger::Connected() {
  const std::lock_guard lock(mutex_);
  link_ = ++links_;
}

void ClockExchanger::Disconnected() {
  const std::lock_guard lock(mutex_);
  link_ = 0;
  changed_.notify_all();
}

std::optional<v1::ClockRequest> ClockExchanger::TakeRequest() {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(present_.to_be_sent, false)) return std::nullopt;
  v1::ClockRequest request;
  request.set_cookie(present_.cookie);
  return request;
}

void ClockExchanger::Writing(const v1::ClockRequest& request) {
  const std::lock_guard lock(mutex_);
  if (request.cookie() != present_.cookie) return;
  present_.exchange.sent = ReadClocks(clock_);
  present_.written = true;
}

void ClockExchanger::Received(const v1::ClockReply& reply) {
  const auto now = ReadClocks(clock_);  // before anything that may have to wait
  std::unique_lock lock(mutex_);
  if (reply.cookie() != present_.cookie || present_.answered || !IsPlausible(reply)) return;
  if (!present_.written || link_ == 0) return;
  auto& exchange = present_.exchange;
  exchange.received = now;
  exchange.remote_received_raw = nanoseconds(reply.received_monotonic_nanos());
  exchange.remote_sent_raw = nanoseconds(reply.sent_monotonic_nanos());
  exchange.remote_received_realtime = nanoseconds(reply.received_unix_nanos());
  exchange.remote_sent_realtime = nanoseconds(reply.sent_unix_nanos());
  present_.answered = true;
  const bool is_first = !aggregator_.At(now);
  aggregator_.Note(exchange, link_);
  changed_.notify_all();
  lock.unlock();
  if (is_first) ring_();
}

}  // namespace hypergauge::probes
