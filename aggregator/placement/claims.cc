#include "aggregator/placement/claims.h"

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

// The digest itself: those of UUIDs and of addresses never are equal.
std::string Bare(std::string_view digest) {
  return std::string(digest.substr(digest.find(':') + 1));
}

Strength StrengthOf(std::string_view digest) {
  if (digest.starts_with("uuid:")) return Strength::kUuid;
  if (digest.starts_with("mac:")) return Strength::kMac;
  if (digest.starts_with("incoming:")) return Strength::kIncoming;
  return digest.starts_with("hint:") ? Strength::kHint : Strength::kNone;
}

std::string Loose(std::string_view name) {
  std::string loose(name.substr(0, name.find('.')));
  for (char& c : loose) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return loose;
}

template <typename Map>
void Forget(Map& map, const std::string& key, const std::string& node_id) {
  const auto found = map.find(key);
  if (found == map.end()) return;
  found->second.erase(node_id);
  if (found->second.empty()) map.erase(found);
}

}  // namespace

ClaimIndex::NodeIds ClaimIndex::Put(NodeClaims claims) {
  const std::string node_id = claims.node_id;
  NodeIds concerned;
  auto& kept = nodes_[node_id];
  const bool is_other_machine =
      kept.own_digests != claims.own_digests || kept.guest_digests != claims.guest_digests ||
      kept.connected != claims.connected || kept.label != claims.label || kept.name != claims.name;
  if (is_other_machine) AddConcerned(kept, concerned);
  Drop(kept);
  kept = std::move(claims);
  Add(kept);
  if (is_other_machine) AddConcerned(kept, concerned);
  concerned.erase(node_id);
  return concerned;
}

ClaimIndex::NodeIds ClaimIndex::Remove(const std::string& node_id) {
  NodeIds concerned;
  const auto found = nodes_.find(node_id);
  if (found == nodes_.end()) return concerned;
  AddConcerned(found->second, concerned);
  Drop(found->second);
  nodes_.erase(found);
  concerned.erase(node_id);
  return concerned;
}

void ClaimIndex::Add(const NodeClaims& claims) {
  for (const auto& digest : claims.own_digests) owners_[Bare(digest)].insert(claims.node_id);
  for (const auto& digest : claims.guest_digests) {
    auto& strength = claimants_[Bare(digest)][claims.node_id];
    strength = std::max(strength, StrengthOf(digest));
  }
  for (const auto& name : {claims.label, claims.name}) called_[Loose(name)].insert(claims.node_id);
  for (const auto& name : {claims.declared_host, claims.reported_host}) {
    if (!name.empty()) wanted_[Loose(name)].insert(claims.node_id);
  }
}

void ClaimIndex::Drop(const NodeClaims& claims) {
  for (const auto& digest : claims.own_digests) Forget(owners_, Bare(digest), claims.node_id);
  for (const auto& digest : claims.guest_digests) Forget(claimants_, Bare(digest), claims.node_id);
  for (const auto& name : {claims.label, claims.name}) Forget(called_, Loose(name), claims.node_id);
  for (const auto& name : {claims.declared_host, claims.reported_host}) {
    Forget(wanted_, Loose(name), claims.node_id);
  }
}

// Guests that it claims, twins, and nodes that name it as their host.
void ClaimIndex::AddConcerned(const NodeClaims& claims, NodeIds& concerned) const {
  for (const auto* digests : {&claims.own_digests, &claims.guest_digests}) {
    for (const auto& digest : *digests) {
      const auto owners = owners_.find(Bare(digest));
      if (owners != owners_.end()) concerned.insert(owners->second.begin(), owners->second.end());
    }
  }
  for (const auto& name : {claims.label, claims.name}) {
    const auto wanting = wanted_.find(Loose(name));
    if (wanting != wanted_.end()) concerned.insert(wanting->second.begin(), wanting->second.end());
  }
}

const NodeClaims* ClaimIndex::Find(const std::string& node_id) const {
  const auto found = nodes_.find(node_id);
  return found == nodes_.end() ? nullptr : &found->second;
}

bool ClaimIndex::HasTwin(const std::string& digest, const NodeClaims& node,
                         std::string& twin) const {
  bool has_twin = false;
  for (const auto& other : owners_.find(digest)->second) {
    if (other == node.node_id) continue;
    const bool is_there = nodes_.at(other).connected;
    // What is left of a machine that was set up anew does not stand in its way.
    if (is_there || !node.connected) has_twin = true;
    if (is_there && node.connected) twin = other;
  }
  return has_twin;
}

ClaimIndex::Claimants ClaimIndex::ClaimantsOf(const NodeClaims& node) const {
  Claimants result;
  for (const auto& digest : node.own_digests) {
    const auto claimants = claimants_.find(Bare(digest));
    if (claimants == claimants_.end()) continue;
    const bool only_by_itself =
        claimants->second.size() == 1 && claimants->second.begin()->first == node.node_id;
    if (only_by_itself || HasTwin(claimants->first, node, result.twin)) continue;
    for (const auto& [host, strength] : claimants->second) {
      if (host == node.node_id || strength == Strength::kNone) continue;
      auto& best = result.hosts[host];
      best = std::max(best, strength);
    }
  }
  return result;
}

std::string ClaimIndex::Called(const std::string& name, const std::string& except) const {
  const auto candidates = called_.find(Loose(name));
  if (candidates == called_.end()) return {};
  std::string by_name;
  int count = 0;
  for (const auto& node_id : candidates->second) {
    if (node_id == except) continue;
    const auto& node = nodes_.at(node_id);
    if (node.label == name) return node_id;
    if (node.name != name) continue;
    by_name = node_id;
    ++count;
  }
  return count == 1 ? by_name : std::string();
}

std::string ClaimIndex::CalledLoosely(const std::string& name, const std::string& except) const {
  if (auto exact = Called(name, except); !exact.empty()) return exact;
  const auto candidates = called_.find(Loose(name));
  if (candidates == called_.end()) return {};
  std::string found;
  int count = 0;
  for (const auto& node_id : candidates->second) {
    if (node_id == except) continue;
    found = node_id;
    ++count;
  }
  return count == 1 ? found : std::string();
}

}  // namespace hypergauge::aggregator
