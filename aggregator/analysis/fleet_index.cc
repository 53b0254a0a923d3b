#include "aggregator/analysis/fleet_index.h"

#include <algorithm>
#include <utility>

namespace hypergauge::analysis {
namespace {

constexpr size_t kEvents = 32;  // kept of a node: causes are near

}  // namespace

std::string FleetIndex::Subject(const NodeInfo& node, RegressionScope scope) {
  switch (scope) {
    case RegressionScope::kNode:
      return node.node;
    case RegressionScope::kHost:
      return node.host.empty() && node.role == "host" ? node.node : node.host;
    case RegressionScope::kPlatform:
      if (node.platform.empty() || node.platform_version.empty()) return {};
      return node.platform + " " + node.platform_version;
    case RegressionScope::kKernel:
      return node.kernel;
    case RegressionScope::kGuestImage:
      return node.guest_image;
  }
  return {};
}

uint32_t FleetIndex::FindNode(const std::string& node) const {
  const auto found = node_names_.find(node);
  return found == node_names_.end() ? kNone : found->second;
}

uint32_t FleetIndex::NodeNamed(const std::string& node) {
  const auto [entry, is_new] = node_names_.emplace(node, static_cast<uint32_t>(nodes_.size()));
  if (is_new) {
    nodes_.emplace_back();
    nodes_.back().info.node = node;
  }
  return entry->second;
}

std::vector<RegressionScope> FleetIndex::PutNode(const NodeInfo& node, int64_t at_unix_nanos) {
  const bool is_new = !node_names_.contains(node.node);
  NodeRow& row = nodes_[NodeNamed(node.node)];
  const NodeInfo before = std::exchange(row.info, node);
  std::vector<RegressionScope> changed;
  for (size_t kind = 0; kind < kGroupKinds; ++kind) {
    const auto scope = kGroupScopes[kind];
    const auto was = Subject(before, scope);
    if (was == Subject(node, scope)) continue;
    // What was not known before did not become another.
    if (!is_new && !was.empty()) {
      row.changed_at[kind] = at_unix_nanos;
      changed.push_back(scope);
    }
    for (const Slot slot : row.series) {
      Leave(slot, kind);
      Join(slot, kind);
    }
  }
  return changed;
}

void FleetIndex::PutChange(const std::string& node, RegressionScope scope, int64_t at_unix_nanos) {
  const uint32_t known = FindNode(node);
  if (known == kNone || scope == RegressionScope::kNode) return;
  nodes_[known].changed_at[static_cast<size_t>(scope) - 1] = at_unix_nanos;
}

FleetIndex::Placed FleetIndex::PutSeries(const SeriesInfo& info) {
  if (const Slot known = Find(info.series); known != kNone) return {.slot = known};
  const MeasureKey key(info.benchmark, info.suite, info.family, info.labels);
  const auto [entry, is_new_measure] =
      measure_keys_.emplace(key, static_cast<uint32_t>(measures_.size()));
  if (is_new_measure) {
    measures_.push_back({info.benchmark, info.suite, info.family, info.labels,
                         info.higher_is_better, std::max<int64_t>(1, info.interval_nanos)});
  }
  const uint32_t node = NodeNamed(info.node);
  // Another segment of what is known takes its slot.
  for (const Slot slot : nodes_[node].series) {
    if (series_[slot].measure != entry->second) continue;
    const int64_t former = std::exchange(series_[slot].series, info.series);
    slots_.erase(former);
    slots_.emplace(info.series, slot);
    return {.slot = slot, .is_replaced = true, .replaced = former};
  }
  const auto slot = static_cast<Slot>(series_.size());
  series_.push_back({.series = info.series, .node = node, .measure = entry->second});
  slots_.emplace(info.series, slot);
  nodes_[node].series.push_back(slot);
  for (size_t kind = 0; kind < kGroupKinds; ++kind) Join(slot, kind);
  return {.slot = slot, .is_new = true};
}

void FleetIndex::RemoveSeries(Slot slot) {
  SeriesRow& row = series_[slot];
  for (size_t kind = 0; kind < kGroupKinds; ++kind) Leave(slot, kind);
  std::erase(nodes_[row.node].series, slot);
  slots_.erase(row.series);
  row.measure = kNone;
}

void FleetIndex::AddEvent(NodeEvent event) {
  auto& events = nodes_[NodeNamed(event.node)].events;
  const auto later =
      std::upper_bound(events.begin(), events.end(), event.unix_nanos,
                       [](int64_t at, const NodeEvent& other) { return at < other.unix_nanos; });
  events.insert(later, std::move(event));
  if (events.size() > kEvents) events.pop_front();
}

void FleetIndex::Join(Slot slot, size_t kind) {
  SeriesRow& row = series_[slot];
  const auto scope = kGroupScopes[kind];
  const auto subject = Subject(nodes_[row.node].info, scope);
  if (subject.empty()) return;
  const auto [entry, is_new] = group_keys_.emplace(GroupKey(scope, subject, row.measure),
                                                   static_cast<uint32_t>(groups_.size()));
  if (is_new) groups_.push_back({scope, subject, row.measure, {}});
  groups_[entry->second].members.push_back(slot);
  row.groups[kind] = entry->second;
}

void FleetIndex::Leave(Slot slot, size_t kind) {
  uint32_t& group = series_[slot].groups[kind];
  if (group == kNone) return;
  std::erase(groups_[group].members, slot);
  group = kNone;
}

}  // namespace hypergauge::analysis
