#pragma once

#include <map>
#include <string>
#include <vector>

#include "hypergauge/v1/node.pb.h"

/// What of a node's surroundings can change, as names and values. Pure functions.
namespace hypergauge::aggregator {

using FactMap = std::map<std::string, std::string>;

/// Every fact of environment and platform that is known. Noise floors, which are measured and not
/// set, the digest and the evidence are none. A fact of the map Environment.facts that is called
/// like a field of the contract is left out: the field counts. memory_bytes is none where
/// `memory_present` says how much the machine really has.
[[nodiscard]] FactMap FactsOf(const v1::Environment& environment, const v1::Platform& platform);

struct FactChange {
  std::string name;
  std::string old_value;  ///< empty: was not known
  std::string new_value;  ///< empty: is not known any more
};

/// By name.
[[nodiscard]] std::vector<FactChange> Compare(const FactMap& before, const FactMap& after);

}  // namespace hypergauge::aggregator
