#pragma once

#include <string>
#include <vector>

#include "aggregator/placement/stay.h"
#include "aggregator/schedule/types.h"
#include "hypergauge/v1/query.pb.h"

namespace hypergauge::aggregator {

/// Where a node was while it measured.
struct RunPlacement {
  bool is_unknown = false;  ///< nobody knew the host when the run began
  bool moved = false;
  std::string from;  ///< where it moved; empty for unknown
  std::string to;
};

/// Whether the node's placement changed from `start` until `end`. A host that is found, or found
/// again after nobody knew it, is no move; one that is lost is, since whoever runs a guest says so.
/// `epochs`: the node's, oldest first; what they do not cover is unknown. Pure.
[[nodiscard]] RunPlacement PlacementDuring(const std::vector<v1::PlacementEpoch>& epochs,
                                           Time start, Time end);

}  // namespace hypergauge::aggregator
