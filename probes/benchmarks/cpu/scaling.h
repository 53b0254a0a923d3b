#pragma once

#include <chrono>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/prime_event.h"

namespace hypergauge::probes {

/// Events a second of `threads` threads together, each for `length`.
/// Errors: those of RunWorkers and AddUp; kCancelled.
[[nodiscard]] Result<double> ParallelEventsPerSecond(Context& context, int threads,
                                                     std::chrono::nanoseconds length);

/// The sum of the threads' events a second. Errors: kWrongAnswer where one of them found anything
/// but 1228 primes an event, or did nothing.
[[nodiscard]] Result<double> AddUp(const std::vector<PrimeEvents>& done);

}  // namespace hypergauge::probes
