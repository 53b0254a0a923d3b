#pragma once

#include <cstdint>
#include <string>

namespace hypergauge::aggregator {

/// Where a node is now.
struct Stay {
  std::string host;              ///< PlacementEpoch.host; empty where it is unknown
  std::string host_id;           ///< PlacementEpoch.host_node_id
  int64_t began_unix_nanos = 0;  ///< 0 where the node never had a host
  std::string outermost;         ///< the machine that it shares with all that run on it
};

}  // namespace hypergauge::aggregator
