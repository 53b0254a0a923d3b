#pragma once

#include <grpcpp/grpcpp.h>

#include <set>
#include <string>

#include "aggregator/ingest/fleet.h"

namespace hypergauge::aggregator {

/// The physical machines that listed nodes run on, connected or not; see OutermostHosts. Copies all
/// nodes: for what people ask now and then.
[[nodiscard]] std::set<std::string> KnownHosts(const Fleet& fleet);

/// NOT_FOUND for the host that `field` of a request names.
[[nodiscard]] grpc::Status NoSuchHost(const std::string& field, const std::string& host);

}  // namespace hypergauge::aggregator
