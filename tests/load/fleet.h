#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hypergauge/v1/session.pb.h"
#include "tests/load/options.h"
#include "tests/load/platforms.h"

namespace hypergauge::load {

/// One machine of the fleet.
struct SimNode {
  int index = 0;  ///< in Fleet::nodes
  int host = 0;   ///< the host's number, also of a host itself
  bool is_guest = false;
  const SimPlatform* platform = nullptr;  ///< null for a host
  std::string node_id;
  std::string name;
  /// Its probe fell silent before the history ended, and does not come back.
  bool is_silent = false;
};

/// Of hypergauge-bench: the same on all nodes, or nothing could be compared.
inline constexpr const char* kBenchSha256 =
    "51a0d1e5f1ee75ca1ab1e0f1ee7ca5ca1ab1e0f1ee75ca1ab1e0f1ee75ca1ab1";

/// All machines, a host followed by its guests.
struct SimFleet {
  FleetOptions options;
  std::vector<v1::BenchmarkDescriptor> benchmarks;  ///< as hypergauge-bench tells them here
  std::vector<SimNode> nodes;

  [[nodiscard]] const SimNode& HostOf(const SimNode& node) const {
    return nodes[static_cast<size_t>(node.host) * static_cast<size_t>(1 + options.guests_per_host)];
  }
};

/// Errors: kInternal for a benchmark that tells nonsense of itself.
[[nodiscard]] Result<SimFleet> MakeFleet(const FleetOptions& options);

/// What the node says of itself at first, before anything happened to it.
[[nodiscard]] v1::Hello HelloOf(const SimFleet& fleet, const SimNode& node);

/// HOST:PORT where a node answers network benchmarks; nobody listens there.
[[nodiscard]] std::string ResponderOf(const SimNode& node);

/// Why a benchmark cannot run on the node; empty where it can.
[[nodiscard]] std::string ReasonAgainst(const SimFleet& fleet, const SimNode& node,
                                        const std::string& benchmark);

/// Names of the suite's benchmarks that the node has.
[[nodiscard]] std::vector<std::string> SuiteOn(const SimFleet& fleet, const SimNode& node,
                                               const std::string& suite);

}  // namespace hypergauge::load
