#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/query.pb.h"

/// Nodes, events and epochs as a person reads them. Pure functions.
namespace hypergauge::cli {

/// "node_enrolled" of KIND_NODE_ENROLLED.
[[nodiscard]] std::string KindName(v1::Event::Kind kind);
/// Errors: kInvalidArgument naming the text and the kinds that there are.
[[nodiscard]] Result<v1::Event::Kind> ParseKind(const std::string& name);

/// node, role, platform, host, state, last seen, version; a row a node.
[[nodiscard]] std::string NodesText(const std::vector<v1::Node>& nodes);

/// time, node, kind, sentence; a line an event, the newest last as in a log. `events` come newest
/// first, as the aggregator sends them. With `colour`, lines are coloured by kind for terminals.
[[nodiscard]] std::string EventsText(const std::vector<v1::Event>& events, bool colour);

/// One node's life, oldest first: when each epoch of environment and placement began, and the
/// events between.
[[nodiscard]] std::string HistoryText(const v1::ListEpochsResponse& epochs,
                                      const std::vector<v1::Event>& events);

}  // namespace hypergauge::cli
