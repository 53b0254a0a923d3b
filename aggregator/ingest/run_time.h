#pragma once

#include "aggregator/schedule/types.h"
#include "hypergauge/v1/run.pb.h"

namespace hypergauge::aggregator {

/// When a run was under way, by the aggregator's clock.
struct RunTime {
  Time start{};
  Time end{};
  Time error{};  ///< how far either may be wrong
  /// False where the node's clock was stepped meanwhile: nobody can tell then.
  bool is_known = true;
};

/// From what CheckRun let through. The node's clock is corrected by its distance from the
/// aggregator's; no run ends after it was received. The error is 50 ms or more, as the clocks were
/// compared, and 5 s where they were not.
[[nodiscard]] RunTime RunTimeOf(const v1::Run& run);

}  // namespace hypergauge::aggregator
