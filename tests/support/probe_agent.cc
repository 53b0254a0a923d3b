#include "tests/support/probe_agent.h"

namespace hypergauge::testing {

std::vector<std::string> AgentCommand(const std::string& program, const std::string& aggregator,
                                      const std::string& storage, const std::string& name) {
  return {program,
          "agent",
          "--aggregator.address",
          aggregator,
          "--storage.path",
          storage,
          "--node.name",
          name,
          "--verdict.max-steal-ratio",
          "1",
          "--verdict.max-run-queue-wait-ratio",
          "1000",
          "--verdict.max-excess-cpus",
          "4096",
          "--watch.enabled",
          "false",
          "--suites.light.cycle-limit",
          "0"};
}

}  // namespace hypergauge::testing
