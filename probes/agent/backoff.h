#pragma once

#include <chrono>
#include <cstdint>

namespace hypergauge::probes {

/// How long to wait before calling again: a random time up to a limit that doubles with every
/// failure, so that a thousand probes do not call a restarted aggregator all at once.
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog: full jitter.
struct Backoff {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds most{30'000};

  /// failures: since the last success, at least 1. random: uniform bits.
  [[nodiscard]] std::chrono::milliseconds Delay(int failures, uint64_t random) const {
    auto limit = first;
    for (int i = 1; i < failures && limit < most; ++i) limit *= 2;
    if (limit > most) limit = most;
    return std::chrono::milliseconds(
        static_cast<int64_t>(random % (static_cast<uint64_t>(limit.count()) + 1)));
  }
};

}  // namespace hypergauge::probes
