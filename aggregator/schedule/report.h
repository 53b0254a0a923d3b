#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "aggregator/schedule/schedule.h"
#include "hypergauge/v1/schedule.pb.h"

/// The schedule as people ask for it. Pure.
namespace hypergauge::aggregator {

/// A node's label by its node_id; empty for one that is not listed.
using NodeLabel = std::function<std::string(const std::string& node_id)>;

/// What a report is made of.
struct ScheduleSeen {
  std::vector<HostView> hosts;  ///< those that were asked for
  /// The leases of a host to be shown, oldest first.
  std::function<std::vector<v1::LeaseRecord>(const std::string& host)> leases_of;
  std::vector<PauseState> pauses;
  ScheduleCounts counts;
  uint64_t collisions = 0;
  Time now{};
};

/// Leases of all hosts together that a report shows; beyond, each host's oldest are left out, but
/// not the last `kLeastLeases` of one.
inline constexpr size_t kMostLeases = 100'000;
inline constexpr size_t kLeastLeases = 100;

/// Hosts by name. Nodes that are not listed any more are called by their node_id.
[[nodiscard]] v1::GetScheduleResponse ReportOf(const ScheduleSeen& seen, const NodeLabel& label_of);

}  // namespace hypergauge::aggregator
