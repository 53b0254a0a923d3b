#pragma once

#include <string>
#include <vector>

namespace hypergauge::testing {

/// The command line of `hypergauge-probe agent` as tests want it: whether this machine is quiet is
/// not what they ask, so figures count as clean whatever disturbed them.
[[nodiscard]] std::vector<std::string> AgentCommand(const std::string& program,
                                                    const std::string& aggregator,
                                                    const std::string& storage,
                                                    const std::string& name);

}  // namespace hypergauge::testing
