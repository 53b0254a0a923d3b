#include "aggregator/api/known_hosts.h"

#include "aggregator/placement/outermost_hosts.h"

namespace hypergauge::aggregator {

std::set<std::string> KnownHosts(const Fleet& fleet) {
  return OutermostHosts(fleet.Nodes());
}

grpc::Status NoSuchHost(const std::string& field, const std::string& host) {
  return {grpc::StatusCode::NOT_FOUND, field + ": there is no host \"" + host + "\""};
}

}  // namespace hypergauge::aggregator
