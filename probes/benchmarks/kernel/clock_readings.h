#pragma once

#include <ctime>
#include <string>

#include "probes/benchmark.h"

namespace hypergauge::probes {

/// Fewer readings than these may all fall into one tick of a coarse clock.
inline constexpr int64_t kReadingsOfAMovingClock = 1000;

/// Reads a clock `count` times by `read(timespec*)`, which returns 0 like clock_gettime(2).
/// Errors: kWrongAnswer when a reading failed, the clock went back, or it stood still over
/// kReadingsOfAMovingClock readings or more.
template <typename Read>
[[nodiscard]] Result<void> ReadAgainAndAgain(int64_t count, Read read) {
  timespec first{};
  if (read(&first) != 0) return Fail(ErrorCode::kWrongAnswer, "the clock cannot be read");
  timespec last = first;
  bool failed = false;
  bool went_back = false;
  for (int64_t i = 1; i < count; ++i) {
    timespec now{};
    failed |= read(&now) != 0;
    DoNotOptimize(now);
    went_back |=
        now.tv_sec < last.tv_sec || (now.tv_sec == last.tv_sec && now.tv_nsec < last.tv_nsec);
    last = now;
  }
  if (failed) return Fail(ErrorCode::kWrongAnswer, "the clock could not be read every time");
  if (went_back) return Fail(ErrorCode::kWrongAnswer, "the clock went back between two readings");
  const bool moved = last.tv_sec != first.tv_sec || last.tv_nsec != first.tv_nsec;
  if (moved || count < kReadingsOfAMovingClock) return {};
  return Fail(ErrorCode::kWrongAnswer,
              "the clock stood still over " + std::to_string(count) + " readings");
}

/// How the C library reads CLOCK_MONOTONIC here: "vdso" without entering the kernel, "syscall", or
/// "unknown" where the kernel has no seccomp filters, by which a child of this process finds out.
[[nodiscard]] std::string ClockPath();

}  // namespace hypergauge::probes
