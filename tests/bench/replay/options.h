#pragma once

#include <cstdint>

/// What is replayed: docs/regressions.md, "The replay".
namespace hypergauge::replay {

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr int64_t kInterval = 1800 * kSecond;  ///< between two points of a series
inline constexpr int kStepsADay = 48;

struct ReplayOptions {
  int hosts = 100;
  int guests = 1000;
  int days = 30;
  int benchmarks = 4;  ///< of each node, from the quietest to the noisiest
  int causes = 40;
  uint64_t seed = 1;
};

/// The step in which half of the fleet gets another probe, whose figures of the last benchmark are
/// not comparable; the rest follows a day later.
[[nodiscard]] inline int ProbeUpdate(const ReplayOptions& options) {
  return options.days * kStepsADay / 3;
}

}  // namespace hypergauge::replay
