#include "aggregator/api/known_hosts.h"

namespace hypergauge::aggregator {

std::set<std::string> KnownHosts(const Fleet& fleet) {
  std::set<std::string> hosts;
  for (const auto& node : fleet.Nodes()) {
    const auto& host = node.placement().host();
    hosts.insert(host.empty() ? node.label() : host);
  }
  return hosts;
}

grpc::Status NoSuchHost(const std::string& field, const std::string& host) {
  return {grpc::StatusCode::NOT_FOUND, field + ": there is no host \"" + host + "\""};
}

}  // namespace hypergauge::aggregator
