#pragma once

#include <set>
#include <string>
#include <vector>

#include "hypergauge/v1/query.pb.h"

namespace hypergauge::aggregator {

/// By label, the machines that the schedule locks: the last ones of the nodes' chains of hosts.
/// What a guest is to its containers is none. A node whose host is unknown is its own. Pure.
[[nodiscard]] std::set<std::string> OutermostHosts(const std::vector<v1::Node>& nodes);

}  // namespace hypergauge::aggregator
