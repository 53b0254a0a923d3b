#include "aggregator/ingest/run_placement.h"

namespace hypergauge::aggregator {
namespace {

// A host that is called otherwise is still the same.
bool IsSameHost(const v1::PlacementEpoch& a, const v1::PlacementEpoch& b) {
  if (!a.host_node_id().empty() && a.host_node_id() == b.host_node_id()) return true;
  return a.host() == b.host();
}

bool IsMove(const v1::PlacementEpoch& last_known, const v1::PlacementEpoch& before,
            const v1::PlacementEpoch& after) {
  if (!before.host().empty()) return !IsSameHost(before, after);
  return !after.host().empty() && !last_known.host().empty() && !IsSameHost(last_known, after);
}

}  // namespace

RunPlacement PlacementDuring(const std::vector<v1::PlacementEpoch>& epochs, Time start, Time end) {
  RunPlacement placement;
  placement.is_unknown = true;
  v1::PlacementEpoch last_known;
  v1::PlacementEpoch before;
  for (const auto& epoch : epochs) {
    const Time began(epoch.began_unix_nanos());
    if (began > end) break;
    if (began > start && IsMove(last_known, before, epoch)) {
      placement.moved = true;
      placement.from = before.host().empty() ? last_known.host() : before.host();
      placement.to = epoch.host();
    }
    const Time ended(epoch.ended_unix_nanos());
    if (began <= start) {
      placement.is_unknown = epoch.host().empty() || (ended > Time{} && ended <= start);
    }
    before = epoch;
    if (!epoch.host().empty()) last_known = epoch;
  }
  return placement;
}

}  // namespace hypergauge::aggregator
