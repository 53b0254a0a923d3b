#include "aggregator/placement/outermost_hosts.h"

#include <map>

namespace hypergauge::aggregator {

std::set<std::string> OutermostHosts(const std::vector<v1::Node>& nodes) {
  std::map<std::string, std::string> below;  // by label: what it runs on
  for (const auto& node : nodes) below[node.label()] = node.placement().host();
  std::set<std::string> hosts;
  for (const auto& node : nodes) {
    std::string at = node.label();
    // Placements has no circles, but may change while the nodes are copied.
    for (size_t steps = 0; steps < nodes.size(); ++steps) {
      const auto host = below.find(at);
      if (host == below.end() || host->second.empty()) break;
      at = host->second;
    }
    hosts.insert(at);
  }
  return hosts;
}

}  // namespace hypergauge::aggregator
