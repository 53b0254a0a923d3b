#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/benchmark.pb.h"
#include "probes/config.h"

namespace hypergauge::probes {

/// Which benchmarks a cycle runs.
struct Selection {
  std::string suite = "light";
  std::vector<std::string> names;       ///< only these, in this order; empty: by suite
  std::vector<std::string> categories;  ///< only these; empty: all
  uint64_t cycle = 0;                   ///< whose turn it is in the light suite
  uint64_t seed = 0;                    ///< of the order
  bool whole = false;                   ///< all of the light suite too: nobody waits for a turn
};

/// The names to run. By name: in the given order. By category: all of those categories, in no suite
/// too. Else the suite's, but those that the configuration leaves out, in an order drawn from the
/// seed; of the light suite the core first and then every fourth of the others, by the cycle's
/// number: a cycle that runs out of time has measured the core.
/// Errors: kInvalidArgument for an unknown suite, category or benchmark, with what there is.
[[nodiscard]] Result<std::vector<std::string>> SelectBenchmarks(
    const std::vector<v1::BenchmarkDescriptor>& known, const Config& config,
    const Selection& selection);

/// Draws a new order from the seed: with `core_first` the core before the others, for cycles that
/// may run out of time.
void Reorder(const std::vector<v1::BenchmarkDescriptor>& known, bool core_first, uint64_t seed,
             std::vector<std::string>& names);

/// Errors: kInvalidArgument where the configuration names a benchmark or an option that there is
/// not.
[[nodiscard]] Result<void> CheckAgainst(const std::vector<v1::BenchmarkDescriptor>& known,
                                        const Config& config);

}  // namespace hypergauge::probes
