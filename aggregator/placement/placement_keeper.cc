#include "aggregator/placement/placement_keeper.h"

#include <set>
#include <utility>

namespace hypergauge::aggregator {
namespace {

NodeClaims ClaimsOf(const v1::Hello& hello, std::string label, bool connected) {
  const auto& placement = hello.placement();
  return {.node_id = hello.identity().node_id(),
          .label = std::move(label),
          .name = hello.identity().name(),
          .declared_host = placement.host(),
          .reported_host = placement.reported_host(),
          .own_digests = {placement.own_digests().begin(), placement.own_digests().end()},
          .guest_digests = {placement.guest_digests().begin(), placement.guest_digests().end()},
          .connected = connected};
}

v1::Placement::Source SourceOf(PlacementSource source) {
  switch (source) {
    case PlacementSource::kDeclared:
      return v1::Placement::SOURCE_DECLARED;
    case PlacementSource::kDiscovered:
      return v1::Placement::SOURCE_DISCOVERED;
    default:
      return v1::Placement::SOURCE_UNSPECIFIED;
  }
}

PlacementSource SourceOf(v1::Placement::Source source) {
  if (source == v1::Placement::SOURCE_DECLARED) return PlacementSource::kDeclared;
  return source == v1::Placement::SOURCE_DISCOVERED ? PlacementSource::kDiscovered
                                                    : PlacementSource::kUnknown;
}

}  // namespace

void PlacementKeeper::Restore(const StoredState& state) {
  const std::lock_guard lock(mutex_);
  std::vector<NodeClaims> nodes;
  for (const auto& node : state.nodes) {
    nodes.push_back(ClaimsOf(node.hello, fleet_.LabelOf(node.hello.identity().node_id()), false));
  }
  std::map<std::string, Placed> last;
  for (const auto& [node_id, epoch] : state.placements) {
    last[node_id] = {.host = epoch.host(),
                     .host_id = epoch.host_node_id(),
                     .source = SourceOf(epoch.source()),
                     .began_unix_nanos = epoch.began_unix_nanos(),
                     .rival = {}};
  }
  const auto changes = placements_.Restore(std::move(nodes), last, clock_.Realtime().count());
  for (const auto& node : state.nodes) {
    const auto& node_id = node.hello.identity().node_id();
    if (const auto* place = placements_.Find(node_id)) {
      fleet_.SetPlacement(node_id, place->host, SourceOf(place->source), !place->rival.empty());
    }
  }
  Apply(changes);
}

std::string PlacementKeeper::Connected(const v1::Hello& hello) {
  const std::lock_guard lock(mutex_);
  const auto& node_id = hello.identity().node_id();
  Apply(placements_.Put(ClaimsOf(hello, fleet_.LabelOf(node_id), true), clock_.Realtime().count()));
  return placements_.OutermostHost(node_id);
}

void PlacementKeeper::Disconnected(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  Apply(placements_.Disconnect(node_id, clock_.Realtime().count()));
}

void PlacementKeeper::Removed(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  writer_.Forget(node_id);
  Apply(placements_.Remove(node_id, clock_.Realtime().count()));
}

Stay PlacementKeeper::Where(const std::string& node_id) const {
  const std::lock_guard lock(mutex_);
  Stay stay;
  if (const auto* place = placements_.Find(node_id)) {
    stay.host = place->host;
    stay.host_id = place->host_id;
    stay.began_unix_nanos = place->began_unix_nanos;
  }
  stay.outermost = placements_.OutermostHost(node_id);
  return stay;
}

void PlacementKeeper::Settle() {
  const std::lock_guard lock(mutex_);
  Apply(placements_.Expire(clock_.Realtime().count()));
  writer_.Retry();
}

void PlacementKeeper::Apply(const std::vector<PlacementChange>& changes) {
  std::set<std::string> moved;
  for (const auto& change : changes) {
    const auto& place = change.after;
    fleet_.SetPlacement(change.node_id, place.host, SourceOf(place.source), !place.rival.empty());
    Record(change);
    moved.insert(change.node_id);
    for (auto& above : placements_.Above(change.node_id)) moved.insert(std::move(above));
  }
  for (const auto& node_id : moved) {
    dispatcher_.Move(node_id, placements_.OutermostHost(node_id));
  }
}

void PlacementKeeper::Record(const PlacementChange& change) {
  const auto& place = change.after;
  if (change.moved) {
    v1::PlacementEpoch epoch;
    epoch.set_began_unix_nanos(place.began_unix_nanos);
    epoch.set_host(place.host);
    epoch.set_host_node_id(place.host_id);
    epoch.set_source(SourceOf(place.source));
    writer_.Write(change.node_id, std::move(epoch));
  }
  v1::Event event;
  event.set_node_id(change.node_id);
  // Where a node is found first is no change, and a claim may come after its guest.
  if (change.moved && change.before.began_unix_nanos != 0) {
    event.set_kind(v1::Event::KIND_PLACEMENT_CHANGED);
    event.set_unix_nanos(place.began_unix_nanos);
    event.set_old_value(change.before.host);
    event.set_new_value(place.host);
    events_.Record(event);
  }
  if (!change.contested) return;
  event.set_kind(v1::Event::KIND_PLACEMENT_CONTESTED);
  event.clear_unix_nanos();
  event.set_old_value(place.host);
  event.set_new_value(place.rival);
  if (place.rival_is_twin) {
    event.set_subject("identity");
    event.set_text(fleet_.LabelOf(change.node_id) + " and " + place.rival +
                   " have the same identity; neither is placed by it");
  } else if (place.host.empty()) {
    event.set_text(fleet_.LabelOf(change.node_id) + " is claimed by " + place.rival +
                   " and by another host; it counts as being on none");
  }
  events_.Record(event);
}

}  // namespace hypergauge::aggregator
