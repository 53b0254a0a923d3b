#include "probes/benchmarks/cpu/prime_event.h"

#include <cmath>

namespace hypergauge::probes {

[[gnu::noinline]] uint64_t CountPrimes(uint64_t limit) {
  DoNotOptimize(limit);  // or equal events would be computed once
  uint64_t primes = 0;
  for (uint64_t candidate = 3; candidate < limit; ++candidate) {
    const double root = std::sqrt(static_cast<double>(candidate));
    uint64_t divisor = 2;
    while (static_cast<double>(divisor) <= root && candidate % divisor != 0) ++divisor;
    if (static_cast<double>(divisor) > root) ++primes;
  }
  return primes;
}

PrimeEvents RunPrimeEvents(const Context& context, std::chrono::nanoseconds length) {
  PrimeEvents done;
  const auto start = context.clock->MonotonicRaw();
  do {
    done.primes += CountPrimes(kPrimeLimit);
    ++done.events;
    done.elapsed = context.clock->MonotonicRaw() - start;
  } while (done.elapsed < length && !context.Stopped());
  return done;
}

Result<void> CheckPrimes(const PrimeEvents& done) {
  const auto expected = static_cast<uint64_t>(done.events) * kPrimesPerEvent;
  if (done.events > 0 && done.primes == expected) return {};
  return Fail(ErrorCode::kWrongAnswer, std::to_string(done.events) + " events found " +
                                           std::to_string(done.primes) + " primes instead of " +
                                           std::to_string(expected));
}

}  // namespace hypergauge::probes
