#pragma once

#include <string>

#include "probes/benchmark.h"
#include "probes/runner.h"

/// What hypergauge-bench prints, in the JSON form of the messages of proto/hypergauge/v1, so that
/// the probe reads it with Protobuf's own parser while hypergauge-bench links none of it.
namespace hypergauge::probes {

/// What the benchmark's process used, read at its end.
struct ProcessUsage {
  double cpu_seconds = 0;  ///< with its children
  uint64_t involuntary_switches = 0;
  double run_queue_wait_ratio = 0;  ///< waiting for a CPU / wall time
};

/// One BenchmarkDescriptor; `available` is found out by asking the benchmark with `context`.
[[nodiscard]] std::string DescriptorJson(const Entry& entry, const Context& context);

/// One Run without identity, environment and verdict on the surroundings: the verdict is clean,
/// failed or unsupported, by the outcome alone. One line.
[[nodiscard]] std::string RunJson(const Entry& entry, const Context& context,
                                  const Outcome& outcome, const ProcessUsage& usage);

}  // namespace hypergauge::probes
