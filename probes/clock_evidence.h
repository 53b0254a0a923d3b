#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/run.pb.h"
#include "probes/interference.h"

/// Does this machine's time pass as fast as the aggregator's? A machine's own clocks agreeing with
/// each other proves nothing, so they are compared with another machine's over its stream.
/// Nothing here talks to anybody but through ReferenceClock.
namespace hypergauge::probes {

/// All clocks of this machine at one moment.
struct ClockTimes {
  std::chrono::nanoseconds raw{};
  std::chrono::nanoseconds monotonic{};
  std::chrono::nanoseconds realtime{};
};

[[nodiscard]] ClockTimes ReadClocks(const Clock& clock);

/// One question to the aggregator and its answer, as NTP does it. What the aggregator read lies
/// between `sent` and `received`, whatever held either message up.
struct ClockExchange {
  ClockTimes sent;
  ClockTimes received;
  std::chrono::nanoseconds remote_received_raw{};
  std::chrono::nanoseconds remote_sent_raw{};
  std::chrono::nanoseconds remote_received_realtime{};
  std::chrono::nanoseconds remote_sent_realtime{};
};

/// The best exchange of several. Readings over different links are never compared: behind another
/// one there may be another machine.
struct ClockReading {
  ClockExchange exchange;
  uint64_t link = 0;
};

/// How many exchanges a reading is chosen from.
inline constexpr int kExchangesPerReading = 8;

/// The one with the shortest round trip. `exchanges` must not be empty.
[[nodiscard]] const ClockExchange& BestExchange(const std::vector<ClockExchange>& exchanges);

/// Where another machine's time comes from.
class ReferenceClock {
 public:
  ReferenceClock() = default;
  virtual ~ReferenceClock() = default;
  ReferenceClock(const ReferenceClock&) = delete;
  ReferenceClock& operator=(const ReferenceClock&) = delete;

  /// Takes a reading, within half a second. Errors: kUnavailable without an aggregator that
  /// answers; kCancelled when stop is requested. Threads: one reading at a time.
  [[nodiscard]] virtual Result<ClockReading> Read(const std::stop_token& stop) = 0;
};

/// What two readings, in this order, say of the clocks between them: ratios, stepped, offset.
/// Each ratio's error follows from the round trips alone, so it holds however lopsided the ways
/// were. Errors: kUnavailable for readings that cannot be compared.
[[nodiscard]] Result<v1::ClockEvidence> CompareReadings(const ClockReading& before,
                                                        const ClockReading& after);

/// Keeps readings for as long as it takes to compare the newest with one that is at least `window`
/// old: the error shrinks with the time between. Not for several threads.
class RollingClock {
 public:
  explicit RollingClock(std::chrono::nanoseconds window = std::chrono::minutes(10))
      : window_(window) {}

  /// Readings come in the order in which they were taken.
  void Add(const ClockReading& reading);

  /// Fills window_ratios and window_nanos once there are readings far enough apart.
  void Describe(v1::ClockEvidence& evidence) const;

 private:
  std::chrono::nanoseconds window_;
  std::deque<ClockReading> readings_;
};

/// Judges the clock that timed the run, CLOCK_MONOTONIC_RAW: the run's own ratio first; the
/// window's counts unless the run's own is precise enough to clear it. Nothing is claimed beyond
/// what the errors allow.
[[nodiscard]] Judgement JudgeClock(const v1::ClockEvidence& evidence, const VerdictLimits& limits);

/// Which clocks run wrong beyond limits.clock_warning_ppm, or were stepped; empty for none.
[[nodiscard]] std::string ClockWarning(const v1::ClockEvidence& evidence,
                                       const VerdictLimits& limits);

}  // namespace hypergauge::probes
