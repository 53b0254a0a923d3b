#include "probes/commands.h"

namespace hypergauge::probes {

void AddVerdictFlags(CLI::App& command, VerdictLimits& limits) {
  command
      .add_option("--verdict.max-steal-ratio", limits.steal_ratio,
                  "Share of the CPU time taken by the hypervisor above which a run is steal")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--verdict.max-run-queue-wait-ratio", limits.run_queue_wait_ratio,
                  "Time spent waiting for a CPU, of the run's, above which it is busy")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      .add_option("--verdict.max-excess-cpus", limits.spare_cpus,
                  "CPUs used by others, beyond those that the benchmark leaves, above which a run "
                  "is busy")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace hypergauge::probes
