#include "probes/agent/aggregator_clock.h"

#include <algorithm>

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

// Quartz drifts by less than 100 parts in a million, on either side.
constexpr int64_t kDrift = 5'000;  // one part in
// Whoever disciplines CLOCK_REALTIME bends it by at most 500 parts in a million.
constexpr int64_t kBending = 1'000;  // one part in
constexpr std::chrono::seconds kStep{1};

}  // namespace

void AggregatorClock::Note(const ClockExchange& exchange, uint64_t link) {
  const auto& here = exchange.received;
  // Halves first: the sum of two moments may not fit.
  const auto middle = exchange.sent.raw / 2 + here.raw / 2;
  const auto there = exchange.remote_received_realtime / 2 + exchange.remote_sent_realtime / 2;
  const auto error = std::max(nanoseconds(1), (here.raw - exchange.sent.raw + nanoseconds(1)) / 2);
  const auto now = At(here);
  if (now && now->link == link && now->error < error) return;
  known_ = Known{here, {there + (here.raw - middle), error, link}};
}

std::optional<AggregatorTime> AggregatorClock::At(const ClockTimes& now) const {
  if (!known_) return std::nullopt;
  const auto& [here, there] = *known_;
  const auto age = now.raw - here.raw;
  if (age < nanoseconds::zero()) return std::nullopt;
  const auto apart = (now.realtime - here.realtime) - age;
  if (std::max(apart, -apart) > kStep + age / kBending) return std::nullopt;
  return AggregatorTime{there.unix + age, there.error + age / kDrift, there.link};
}

}  // namespace hypergauge::probes
