#pragma once

#include <string>
#include <vector>

#include "aggregator/analysis/pilot_scale.h"
#include "aggregator/analysis/platform_scores.h"
#include "aggregator/comparison/compare.h"
#include "aggregator/store/store.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// What a fleet's points say of guests against their baselines.
struct LiveFigures {
  std::vector<v1::Overhead> overheads;  ///< by platform, node, benchmark and suite
  std::vector<analysis::NodeFigure>
      figures;  ///< one a node and benchmark: the suite with most blocks
  std::vector<analysis::PilotTime> pilot_times;
  std::vector<std::string>
      without_baseline;  ///< labels of guests that can be compared with nothing
};

/// Guests against their hosts by paired blocks, or where the host has no probe against a bare-metal
/// node of the same hardware group. Of each benchmark the first quantity that is ranked, and those
/// that are not. Threads: any. Errors: those of the store.
[[nodiscard]] Result<LiveFigures> CollectFigures(Store& store, const ComparedFleet& fleet,
                                                 const v1::CompareRequest& request);

}  // namespace hypergauge::aggregator
