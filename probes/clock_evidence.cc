#include "probes/clock_evidence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

constexpr const char* kTimingClock = "CLOCK_MONOTONIC_RAW";
constexpr double kPpm = 1e6;

// CLOCK_REALTIME and CLOCK_MONOTONIC are steered alike, so whatever moves one against the other is
// a step. They are read one after the other; this is what may pass between.
constexpr std::chrono::milliseconds kNoStep{1};

struct NamedClock {
  const char* name;
  nanoseconds ClockTimes::*time;
};

constexpr std::array<NamedClock, 3> kClocks = {{{kTimingClock, &ClockTimes::raw},
                                                {"CLOCK_MONOTONIC", &ClockTimes::monotonic},
                                                {"CLOCK_REALTIME", &ClockTimes::realtime}}};

nanoseconds Middle(nanoseconds a, nanoseconds b) {
  return a + (b - a) / 2;
}

nanoseconds RemoteTime(const ClockExchange& exchange) {
  return Middle(exchange.remote_received_raw, exchange.remote_sent_raw);
}

// The local seconds of an exchange in which the aggregator's moment may lie anywhere: all but those
// that it took to answer, which a clock of this rate saw as fewer or more.
double Doubt(const ClockExchange& exchange, nanoseconds ClockTimes::*time, double rate) {
  const double local = ToSeconds(exchange.received.*time - exchange.sent.*time);
  const double remote = ToSeconds(exchange.remote_sent_raw - exchange.remote_received_raw);
  return std::max(0.0, local - std::min(1.0, rate) * remote);
}

v1::ClockEvidence::Ratio RatioOf(const NamedClock& clock, const ClockExchange& before,
                                 const ClockExchange& after, nanoseconds remote_elapsed) {
  const auto at = [&](const ClockExchange& exchange) {
    return Middle(exchange.sent.*clock.time, exchange.received.*clock.time);
  };
  const double elapsed = ToSeconds(remote_elapsed);
  const double rate = std::max(0.0, ToSeconds(at(after) - at(before)) / elapsed);
  v1::ClockEvidence::Ratio ratio;
  ratio.set_clock(clock.name);
  ratio.set_ratio(rate);
  ratio.set_error((Doubt(before, clock.time, rate) + Doubt(after, clock.time, rate)) /
                  (2 * elapsed));
  return ratio;
}

// The smallest of all differences: an interruption between the reading of two clocks looks like a
// step, but only to one of the four.
bool Stepped(const ClockExchange& before, const ClockExchange& after) {
  const auto offset = [](const ClockTimes& times) { return times.realtime - times.monotonic; };
  for (const auto& first : {before.sent, before.received}) {
    for (const auto& last : {after.sent, after.received}) {
      if (std::chrono::abs(offset(last) - offset(first)) < kNoStep) return false;
    }
  }
  return true;
}

nanoseconds OffsetOf(const ClockExchange& exchange) {
  return Middle(exchange.sent.realtime, exchange.received.realtime) -
         Middle(exchange.remote_received_realtime, exchange.remote_sent_realtime);
}

// Parts in a million by which a clock is wrong for certain.
double CertainPpm(const v1::ClockEvidence::Ratio& ratio) {
  return kPpm * (std::abs(ratio.ratio() - 1) - ratio.error());
}

// Whether the clock is right for certain, within the limit.
bool Clears(const v1::ClockEvidence::Ratio& ratio, double limit_ppm) {
  return kPpm * (std::abs(ratio.ratio() - 1) + ratio.error()) <= limit_ppm;
}

std::string Describe(const v1::ClockEvidence::Ratio& ratio) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), "%s runs %.0f ppm %s, give or take %.0f",
                ratio.clock().c_str(), kPpm * std::abs(ratio.ratio() - 1),
                ratio.ratio() < 1 ? "slow" : "fast", kPpm * ratio.error());
  return text.data();
}

const v1::ClockEvidence::Ratio* Find(
    const google::protobuf::RepeatedPtrField<v1::ClockEvidence::Ratio>& ratios,
    const std::string& clock) {
  const auto found = std::find_if(ratios.begin(), ratios.end(),
                                  [&](const auto& each) { return each.clock() == clock; });
  return found == ratios.end() ? nullptr : &*found;
}

// The ratio that shows a clock to be wrong beyond the limit: the run's own or the window's.
const v1::ClockEvidence::Ratio* FindFault(const v1::ClockEvidence& evidence,
                                          const std::string& clock, double limit_ppm) {
  const auto* own = Find(evidence.ratios(), clock);
  if (own != nullptr && CertainPpm(*own) > limit_ppm) return own;
  const auto* window = Find(evidence.window_ratios(), clock);
  if (window == nullptr || CertainPpm(*window) <= limit_ppm) return nullptr;
  // A machine that stood still for a moment some minutes ago measures well now.
  return own != nullptr && Clears(*own, limit_ppm) ? nullptr : window;
}

}  // namespace

ClockTimes ReadClocks(const Clock& clock) {
  // One after the other, so that the order of reading is the order of the fields.
  const auto raw = clock.MonotonicRaw();
  const auto monotonic = clock.Monotonic();
  return {raw, monotonic, clock.Realtime()};
}

const ClockExchange& BestExchange(const std::vector<ClockExchange>& exchanges) {
  const auto round_trip = [](const ClockExchange& each) {
    return each.received.raw - each.sent.raw - (each.remote_sent_raw - each.remote_received_raw);
  };
  return *std::min_element(exchanges.begin(), exchanges.end(), [&](const auto& a, const auto& b) {
    return round_trip(a) < round_trip(b);
  });
}

Result<v1::ClockEvidence> CompareReadings(const ClockReading& before, const ClockReading& after) {
  if (before.link != after.link) {
    return Fail(ErrorCode::kUnavailable, "the two readings were taken over different links");
  }
  const auto elapsed = RemoteTime(after.exchange) - RemoteTime(before.exchange);
  if (elapsed.count() <= 0) {
    return Fail(ErrorCode::kUnavailable, "the aggregator's clock stood still between two readings");
  }
  v1::ClockEvidence evidence;
  evidence.set_stepped(Stepped(before.exchange, after.exchange));
  evidence.set_offset_nanos(OffsetOf(after.exchange).count());
  for (const auto& clock : kClocks) {
    // A jump is no rate.
    if (evidence.stepped() && clock.time == &ClockTimes::realtime) continue;
    *evidence.add_ratios() = RatioOf(clock, before.exchange, after.exchange, elapsed);
  }
  return evidence;
}

void RollingClock::Add(const ClockReading& reading) {
  if (!readings_.empty() && readings_.back().link != reading.link) readings_.clear();
  readings_.push_back(reading);
  const auto old_enough = [&](const ClockReading& each) {
    return RemoteTime(reading.exchange) - RemoteTime(each.exchange) >= window_;
  };
  while (readings_.size() > 2 && old_enough(readings_[1])) readings_.pop_front();
}

void RollingClock::Describe(v1::ClockEvidence& evidence) const {
  if (readings_.size() < 2) return;
  const auto& oldest = readings_.front();
  const auto& newest = readings_.back();
  const auto elapsed = RemoteTime(newest.exchange) - RemoteTime(oldest.exchange);
  if (elapsed < window_) return;
  auto compared = CompareReadings(oldest, newest);
  if (!compared) return;
  evidence.mutable_window_ratios()->Swap(compared->mutable_ratios());
  evidence.set_window_nanos(elapsed.count());
}

Judgement JudgeClock(const v1::ClockEvidence& evidence, const VerdictLimits& limits) {
  const auto* fault = FindFault(evidence, kTimingClock, limits.clock_ppm);
  if (fault == nullptr) return {};
  std::array<char, 64> limit{};
  std::snprintf(limit.data(), limit.size(), " (limit %.0f ppm)", limits.clock_ppm);
  return {v1::VERDICT_CLOCK, Describe(*fault) + limit.data()};
}

std::string ClockWarning(const v1::ClockEvidence& evidence, const VerdictLimits& limits) {
  std::string warning;
  for (const auto& clock : kClocks) {
    if (const auto* fault = FindFault(evidence, clock.name, limits.clock_warning_ppm)) {
      warning += (warning.empty() ? "" : "; ") + Describe(*fault);
    }
  }
  if (evidence.stepped()) {
    warning += std::string(warning.empty() ? "" : "; ") + "CLOCK_REALTIME was stepped";
  }
  return warning;
}

}  // namespace hypergauge::probes
