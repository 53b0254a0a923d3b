#pragma once

#include <cstdint>

#include "base/result.h"
#include "probes/benchmark.h"

/// sysbench's unit of CPU work, an "event".
namespace hypergauge::probes {

inline constexpr uint64_t kPrimeLimit = 10'000;  ///< sysbench's --cpu-max-prime
inline constexpr uint64_t kPrimesPerEvent = 1'228;

/// The primes from 3 below `limit`, found by dividing each number by all from 2 to its square root;
/// with the 64-bit division and the comparison in double precision that sysbench makes.
/// Source: sysbench 1.0.20, cpu_execute_event; so that figures agree with its own.
[[nodiscard]] uint64_t CountPrimes(uint64_t limit);

/// What one thread did.
struct PrimeEvents {
  int64_t events = 0;
  uint64_t primes = 0;  ///< in all of them
  std::chrono::nanoseconds elapsed{};

  [[nodiscard]] double PerSecond() const {
    return static_cast<double>(events) / ToSeconds(elapsed);
  }
};

/// Runs events for `length`, at least one, or until the context is stopped.
[[nodiscard]] PrimeEvents RunPrimeEvents(const Context& context, std::chrono::nanoseconds length);

/// Errors: kWrongAnswer unless there were 1228 primes in each of at least one event.
[[nodiscard]] Result<void> CheckPrimes(const PrimeEvents& done);

}  // namespace hypergauge::probes
