#pragma once

#include <set>
#include <string>

#include "aggregator/ingest/fleet.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// The physical machines that listed nodes run on, connected or not; see OutermostHosts. Copies all
/// nodes: for what people ask now and then.
[[nodiscard]] std::set<std::string> KnownHosts(const Fleet& fleet);

/// kNotFound for the node or host that `field` of a request names.
[[nodiscard]] Error NoSuchNode(const std::string& field, const std::string& node);
[[nodiscard]] Error NoSuchHost(const std::string& field, const std::string& host);

}  // namespace hypergauge::aggregator
