#pragma once

#include <string>
#include <vector>

#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// What one signal said, for people: without serials, UUIDs, ids and names of containers, hosts and
/// partitions.
struct Signal {
  std::string name;
  std::string state;  ///< "said", "absent" or "not known"
  std::string value;  ///< what it said, or why it is not known
};

/// All signals that were looked at, in order.
[[nodiscard]] std::vector<Signal> SignalsOf(const MachineFacts& facts);

}  // namespace hypergauge::probes
