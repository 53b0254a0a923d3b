#pragma once

#include <chrono>
#include <ctime>

#include "base/result.h"

namespace hypergauge::probes {

/// clock_nanosleep(2) or what a test puts in its place.
using Sleeper = int (*)(clockid_t, int, const timespec*, timespec*);

/// Sleeps until a point of CLOCK_MONOTONIC `length` from now, and returns how much later than that
/// it woke. That clock, because no one can sleep on CLOCK_MONOTONIC_RAW; over a millisecond NTP
/// bends it by half a microsecond at most.
/// Errors: kWrongAnswer when it woke too early, which clock_nanosleep never may.
[[nodiscard]] Result<std::chrono::nanoseconds> Oversleep(std::chrono::nanoseconds length,
                                                         Sleeper sleeper = clock_nanosleep);

/// Has the calling thread's timers fire within a nanosecond instead of the usual 50 us, as long as
/// it lives. Destroyed on the thread that made it.
class ScopedTimerSlack {
 public:
  ScopedTimerSlack();
  ~ScopedTimerSlack();
  ScopedTimerSlack(const ScopedTimerSlack&) = delete;
  ScopedTimerSlack& operator=(const ScopedTimerSlack&) = delete;

 private:
  int before_;
};

}  // namespace hypergauge::probes
