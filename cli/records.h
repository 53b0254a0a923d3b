#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/listing.h"
#include "hypergauge/v1/query.pb.h"

/// Nodes, events and epochs as a person reads them. Pure functions.
namespace hypergauge::cli {

/// "node_enrolled" of KIND_NODE_ENROLLED.
[[nodiscard]] std::string KindName(v1::Event::Kind kind);
/// Errors: kInvalidArgument naming the text and the kinds that there are.
[[nodiscard]] Result<v1::Event::Kind> ParseKind(const std::string& name);

/// "proxmox-ve, 6.1, 4 CPUs, kvm-clock"
[[nodiscard]] std::string EnvironmentText(const v1::EnvironmentEpoch& epoch);
/// "on host1 (discovered)"
[[nodiscard]] std::string PlacementText(const v1::PlacementEpoch& epoch);

/// A row a node.
[[nodiscard]] Listing NodesListing(const std::vector<v1::Node>& nodes);

/// A row an event, the newest last as in a log, each with the colour of its kind. `events` come
/// newest first, as the aggregator sends them.
[[nodiscard]] Listing EventsListing(const std::vector<v1::Event>& events);

/// One node's life, oldest first: when each epoch of environment and placement began, and the
/// events between.
[[nodiscard]] Listing EpochsListing(const v1::ListEpochsResponse& epochs,
                                    const std::vector<v1::Event>& events);

}  // namespace hypergauge::cli
