#pragma once

#include <chrono>

namespace hypergauge {

/// Where time comes from. Passed in, so that tests hold the hands.
/// Threads: all members may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  /// CLOCK_MONOTONIC_RAW: what benchmarks are timed by; no daemon bends it.
  [[nodiscard]] virtual std::chrono::nanoseconds MonotonicRaw() const = 0;

  /// CLOCK_MONOTONIC: the same time, steered by whoever disciplines the machine's clocks. A clock
  /// that nobody steers says what MonotonicRaw says.
  [[nodiscard]] virtual std::chrono::nanoseconds Monotonic() const { return MonotonicRaw(); }

  /// CLOCK_REALTIME since 1970: when something happened, for people and other machines.
  [[nodiscard]] virtual std::chrono::nanoseconds Realtime() const = 0;

  /// The machine's own clocks.
  static const Clock& System();
};

/// Seconds as a floating-point figure.
[[nodiscard]] constexpr double ToSeconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace hypergauge
