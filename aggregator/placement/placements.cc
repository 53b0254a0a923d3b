#include "aggregator/placement/placements.h"

#include <algorithm>
#include <utility>

namespace hypergauge::aggregator {
namespace {

constexpr int kMostLooks = 8;  // at one node in one step; circles of circles end undecided

bool SamePlace(const Placed& a, const Placed& b) {
  if (!a.host_id.empty() && !b.host_id.empty()) return a.host_id == b.host_id;
  return a.host == b.host;
}

bool Equal(const Placed& a, const Placed& b) {
  return a.host == b.host && a.host_id == b.host_id && a.source == b.source && a.rival == b.rival &&
         a.began_unix_nanos == b.began_unix_nanos && a.rival_is_twin == b.rival_is_twin;
}

}  // namespace

std::vector<PlacementChange> Placements::Restore(std::vector<NodeClaims> nodes,
                                                 const std::map<std::string, Placed>& last,
                                                 int64_t now_unix_nanos) {
  ClaimIndex::NodeIds pending;
  for (auto& node : nodes) {
    pending.insert(node.node_id);
    claims_.Put(std::move(node));
  }
  // Before anything is decided: where a node was counts when several hosts claim it.
  for (auto [node_id, place] : last) {
    if (!pending.contains(node_id)) continue;
    if (place.host_id.empty() && !place.host.empty()) {
      place.host_id = claims_.Called(place.host, node_id);
    }
    if (claims_.Find(place.host_id) == nullptr) place.host_id.clear();
    if (Circles(node_id, place.host_id)) place.host_id.clear();
    MoveTo(node_id, place);
  }
  auto changes = Settle({}, std::move(pending), now_unix_nanos, {});
  // What the last aggregator told already is no news.
  for (auto& change : changes) change.contested = false;
  return changes;
}

std::vector<PlacementChange> Placements::Put(NodeClaims claims, int64_t now_unix_nanos) {
  Changes changes;
  const std::string node_id = claims.node_id;
  const auto* known = claims_.Find(node_id);
  if (known == nullptr) changes[node_id].is_first = true;
  const bool has_new_label = known != nullptr && known->label != claims.label;
  auto pending = claims_.Put(std::move(claims));
  if (const auto guests = guests_.find(node_id); has_new_label && guests != guests_.end()) {
    pending.insert(guests->second.begin(), guests->second.end());
  }
  return Settle(node_id, std::move(pending), now_unix_nanos, std::move(changes));
}

std::vector<PlacementChange> Placements::Disconnect(const std::string& node_id,
                                                    int64_t now_unix_nanos) {
  const auto* known = claims_.Find(node_id);
  if (known == nullptr || !known->connected) return {};
  NodeClaims claims = *known;
  claims.connected = false;
  return Put(std::move(claims), now_unix_nanos);
}

std::vector<PlacementChange> Placements::Remove(const std::string& node_id,
                                                int64_t now_unix_nanos) {
  Changes changes;
  auto pending = claims_.Remove(node_id);
  const auto guests = guests_.find(node_id);
  for (const auto& guest : guests == guests_.end() ? ClaimIndex::NodeIds() : guests->second) {
    Placed place = placed_[guest];
    changes[guest].before = place;
    place.host_id.clear();
    MoveTo(guest, place);
    pending.insert(guest);
  }
  MoveTo(node_id, {});
  placed_.erase(node_id);
  unclaimed_.erase(node_id);
  refused_.erase(node_id);
  return Settle({}, std::move(pending), now_unix_nanos, std::move(changes));
}

std::vector<PlacementChange> Placements::Expire(int64_t now_unix_nanos) {
  ClaimIndex::NodeIds pending;
  for (const auto& [node_id, since] : unclaimed_) {
    if (now_unix_nanos - since >= kGrace.count()) pending.insert(node_id);
  }
  return Settle({}, std::move(pending), now_unix_nanos, {});
}

std::vector<PlacementChange> Placements::Settle(std::string first, ClaimIndex::NodeIds pending,
                                                int64_t now, Changes changes) {
  now_ = now;
  std::map<std::string, int> looks;
  while (!first.empty() || !pending.empty()) {
    const std::string node_id = first.empty() ? *pending.begin() : std::exchange(first, "");
    pending.erase(node_id);
    if (++looks[node_id] > kMostLooks) continue;
    // Decide refuses anew what still makes a circle.
    refused_.erase(node_id);
    if (Evaluate(node_id, changes)) pending.insert(refused_.begin(), refused_.end());
    pending.erase(node_id);
  }
  return Finish(changes, now);
}

// True when the node is on another host now.
bool Placements::Evaluate(const std::string& node_id, Changes& changes) {
  const auto* node = claims_.Find(node_id);
  if (node == nullptr) return false;
  const Placed before = placed_[node_id];
  changes.try_emplace(node_id, PlacementChange{node_id, before, {}, false, false, false});
  Placed after = Decide(*node, before);
  after.began_unix_nanos = before.began_unix_nanos;
  MoveTo(node_id, after);
  return before.host_id != after.host_id;
}

// Only what stands at the end of a step is an epoch: what was between nobody ever saw.
std::vector<PlacementChange> Placements::Finish(Changes& changes, int64_t now) {
  std::vector<PlacementChange> list;
  for (auto& [node_id, change] : changes) {
    const auto found = placed_.find(node_id);
    if (found == placed_.end()) continue;
    change.node_id = node_id;
    change.moved = !SamePlace(change.before, found->second);
    // No two epochs begin in one moment, whatever the clock does.
    if (change.moved) {
      found->second.began_unix_nanos = std::max(now, change.before.began_unix_nanos + 1);
    }
    change.after = found->second;
    change.contested = !change.after.rival.empty() && change.after.rival != change.before.rival;
    if (!Equal(change.before, change.after)) list.push_back(std::move(change));
  }
  return list;
}

bool Placements::StaysUnclaimed(const std::string& node_id, std::optional<int64_t> since) {
  if (since && now_ - *since >= kGrace.count()) return false;
  unclaimed_[node_id] = since.value_or(now_);
  return true;
}

Placed Placements::Decide(const NodeClaims& node, const Placed& now_at) {
  // Whatever else is decided ends the grace.
  const auto found = unclaimed_.find(node.node_id);
  const auto since = found == unclaimed_.end() ? std::nullopt : std::optional(found->second);
  unclaimed_.erase(node.node_id);
  if (auto declared = Declared(node)) return *declared;
  auto claimed = Claimed(node, now_at);
  if (claimed && !claimed->host.empty()) return *claimed;
  Placed place;
  if (auto reported = Reported(node)) {
    place = *reported;
  } else if (!now_at.host_id.empty() &&
             (!node.connected || (!claimed && now_at.source == PlacementSource::kDiscovered &&
                                  StaysUnclaimed(node.node_id, since)))) {
    place = On(now_at.host_id, now_at.source);
  }
  place.rival = claimed ? claimed->rival : "";
  place.rival_is_twin = claimed && claimed->rival_is_twin;
  return place;
}

std::optional<Placed> Placements::Declared(const NodeClaims& node) {
  const auto& name = node.declared_host;
  if (name.empty()) return std::nullopt;
  const auto host_id = claims_.Called(name, node.node_id);
  if (host_id.empty()) {
    if (name == node.label || name == node.name) return std::nullopt;
    return Placed{name, "", PlacementSource::kDeclared, 0, "", false};
  }
  if (Circles(node.node_id, host_id)) return std::nullopt;
  return On(host_id, PlacementSource::kDeclared);
}

// The best word, and who gave it. Of several, a connected node is on the only one that is there:
// the others cannot run it any more.
std::pair<Strength, std::vector<std::string>> Placements::BestOf(
    const ClaimIndex::Claimants& claimants, bool is_connected) const {
  Strength best = Strength::kNone;
  for (const auto& [host_id, strength] : claimants.hosts) best = std::max(best, strength);
  std::vector<std::string> equals;
  std::vector<std::string> there;
  for (const auto& [host_id, strength] : claimants.hosts) {
    if (strength != best) continue;
    equals.push_back(host_id);
    if (claims_.Find(host_id)->connected) there.push_back(host_id);
  }
  return {best, is_connected && there.size() == 1 ? there : equals};
}

// By digests. A place without a host, but with a rival, where it cannot be told.
std::optional<Placed> Placements::Claimed(const NodeClaims& node, const Placed& now_at) {
  auto claimants = claims_.ClaimantsOf(node);
  std::erase_if(claimants.hosts,
                [&](const auto& each) { return Circles(node.node_id, each.first); });
  const auto* twin = claims_.Find(claimants.twin);
  const auto [best, hosts] = BestOf(claimants, node.connected);
  auto equals = hosts;
  Placed place;
  const bool stays = !now_at.host_id.empty() && claimants.hosts.contains(now_at.host_id) &&
                     (equals.size() > 1 || equals[0] == now_at.host_id);
  if (stays) {
    place = On(now_at.host_id, PlacementSource::kDiscovered);
  } else if (equals.size() == 1) {
    place = On(equals[0], PlacementSource::kDiscovered);
  } else if (equals.empty() && twin == nullptr) {
    return std::nullopt;
  }
  if (twin != nullptr) {
    place.rival = twin->label;
    place.rival_is_twin = true;
  }
  // One that waits for the guest, or only heard of it, disputes nobody's right.
  std::erase(equals, place.host_id);
  if (best >= Strength::kMac && !equals.empty()) {
    place.rival = claims_.Find(equals[0])->label;
    place.rival_is_twin = false;
  }
  return place;
}

std::optional<Placed> Placements::Reported(const NodeClaims& node) {
  const auto& name = node.reported_host;
  if (name.empty()) return std::nullopt;
  const auto host_id = claims_.CalledLoosely(name, node.node_id);
  if (host_id.empty()) {
    if (name == node.label || name == node.name) return std::nullopt;
    return Placed{name, "", PlacementSource::kDiscovered, 0, "", false};
  }
  if (Circles(node.node_id, host_id)) return std::nullopt;
  return On(host_id, PlacementSource::kDiscovered);
}

Placed Placements::On(const std::string& host_id, PlacementSource source) const {
  return {claims_.Find(host_id)->label, host_id, source, 0, "", false};
}

bool Placements::Circles(const std::string& node_id, const std::string& host_id) {
  for (std::string at = host_id; !at.empty();) {
    if (at == node_id) {
      refused_.insert(node_id);
      return true;
    }
    const auto* place = Find(at);
    at = place == nullptr ? "" : place->host_id;
  }
  return false;
}

void Placements::MoveTo(const std::string& node_id, const Placed& place) {
  auto& kept = placed_[node_id];
  if (kept.host_id != place.host_id) {
    if (const auto before = guests_.find(kept.host_id); before != guests_.end()) {
      before->second.erase(node_id);
      if (before->second.empty()) guests_.erase(before);
    }
    if (!place.host_id.empty()) guests_[place.host_id].insert(node_id);
  }
  kept = place;
}

const Placed* Placements::Find(const std::string& node_id) const {
  const auto found = placed_.find(node_id);
  return found == placed_.end() ? nullptr : &found->second;
}

std::string Placements::OutermostHost(const std::string& node_id) const {
  std::string at = node_id;
  while (true) {
    const auto* place = Find(at);
    if (place == nullptr || place->host.empty()) break;
    if (place->host_id.empty()) return place->host;
    at = place->host_id;
  }
  const auto* node = claims_.Find(at);
  return node == nullptr ? "" : node->label;
}

std::vector<std::string> Placements::Above(const std::string& node_id) const {
  std::vector<std::string> above;
  std::vector<std::string> below = {node_id};
  while (!below.empty()) {
    const auto guests = guests_.find(below.back());
    below.pop_back();
    if (guests == guests_.end()) continue;
    above.insert(above.end(), guests->second.begin(), guests->second.end());
    below.insert(below.end(), guests->second.begin(), guests->second.end());
  }
  return above;
}

}  // namespace hypergauge::aggregator
