#include "aggregator/analyst/fleet_facts.h"

#include <tuple>
#include <utility>

namespace hypergauge::aggregator {
namespace {

constexpr int kTurns = 4;  // cycles in which all of the light suite has been measured

std::string RoleName(v1::Role role) {
  switch (role) {
    case v1::ROLE_GUEST:
      return "guest";
    case v1::ROLE_CONTAINER:
      return "container";
    default:
      return "host";
  }
}

bool Same(const analysis::NodeInfo& a, const analysis::NodeInfo& b) {
  const auto all = [](const analysis::NodeInfo& info) {
    return std::tie(info.node, info.host, info.role, info.platform, info.platform_version,
                    info.kernel, info.guest_image);
  };
  return all(a) == all(b);
}

analysis::NodeInfo Describe(const v1::Node& node, const std::map<std::string, v1::Node>& by_label) {
  analysis::NodeInfo info;
  info.node = node.identity().node_id();
  info.role = RoleName(node.role());
  info.platform = node.platform().name();
  info.platform_version = node.platform().version();
  info.kernel = node.environment().kernel_release();
  info.guest_image = node.environment().os_release();
  info.host = node.placement().host();
  const auto host = by_label.find(info.host);
  if (host == by_label.end()) return info;
  info.host = host->second.identity().node_id();
  // A guest seldom sees which release runs it. Its host knows.
  if (info.platform_version.empty() && host->second.platform().name() == info.platform) {
    info.platform_version = host->second.platform().version();
  }
  return info;
}

// Which group a fact of the environment puts a node into.
std::optional<analysis::RegressionScope> ScopeOf(const v1::Event& event) {
  if (event.kind() == v1::Event::KIND_PLACEMENT_CHANGED) return analysis::RegressionScope::kHost;
  if (event.kind() != v1::Event::KIND_ENVIRONMENT_CHANGED) return std::nullopt;
  if (event.subject() == "kernel_release") return analysis::RegressionScope::kKernel;
  if (event.subject() == "os_release") return analysis::RegressionScope::kGuestImage;
  if (event.subject() == "platform_version") return analysis::RegressionScope::kPlatform;
  return std::nullopt;
}

v1::Event ProbeEvent(const v1::Node& node, const std::string& former, int64_t now_unix_nanos) {
  v1::Event event;
  event.set_kind(v1::Event::KIND_ENVIRONMENT_CHANGED);
  event.set_node_id(node.identity().node_id());
  event.set_unix_nanos(now_unix_nanos);
  event.set_subject("probe_version");
  event.set_old_value(former);
  event.set_new_value(node.build().probe_version());
  return event;
}

}  // namespace

FleetFacts::Changes FleetFacts::Update(const Fleet& fleet, int64_t now_unix_nanos) {
  for (const auto& benchmark : fleet.Benchmarks()) {
    if (benchmark.quantities().empty()) continue;
    const auto& primary = benchmark.quantities(0);
    if (primary.unranked()) {
      primaries_.erase(benchmark.name());
      continue;
    }
    primaries_[benchmark.name()] = {primary.family(), benchmark.category(),
                                    primary.direction() == v1::DIRECTION_HIGHER_IS_BETTER,
                                    benchmark.core()};
  }
  std::map<std::string, v1::Node> by_label;
  for (auto& node : fleet.Nodes()) {
    std::string label = node.label();
    by_label.emplace(std::move(label), std::move(node));
  }
  Changes changes;
  for (const auto& [label, node] : by_label) {
    const auto& version = node.build().probe_version();
    auto& last = probe_versions_[node.identity().node_id()];
    if (!last.empty() && last != version) {
      changes.events.push_back(ProbeEvent(node, last, now_unix_nanos));
    }
    last = version;
    auto info = Describe(node, by_label);
    const auto known = nodes_.find(info.node);
    if (known != nodes_.end() && Same(known->second, info)) continue;
    nodes_[info.node] = info;
    changes.nodes.push_back(std::move(info));
  }
  return changes;
}

std::vector<analysis::GroupChange> FleetFacts::GroupChangesOf(const v1::Event& event) const {
  const auto scope = ScopeOf(event);
  const auto own = nodes_.find(event.node_id());
  // What was not known before did not become another.
  if (!scope || own == nodes_.end() || event.old_value().empty()) return {};
  std::vector<analysis::GroupChange> changes = {{own->first, *scope, event.unix_nanos()}};
  if (*scope != analysis::RegressionScope::kPlatform) return changes;
  // Guests have their release from their host; see Describe.
  for (const auto& [node_id, info] : nodes_) {
    if (node_id != own->first && info.host == own->first && info.platform == own->second.platform &&
        info.platform_version == event.new_value()) {
      changes.push_back({node_id, *scope, event.unix_nanos()});
    }
  }
  return changes;
}

const PrimaryQuantity* FleetFacts::PrimaryOf(const std::string& benchmark) const {
  const auto found = primaries_.find(benchmark);
  return found == primaries_.end() ? nullptr : &found->second;
}

std::optional<analysis::NodeEvent> CauseOf(const v1::Event& event) {
  analysis::NodeEvent cause{event.unix_nanos(), event.node_id(), event.subject(), event.old_value(),
                            event.new_value()};
  switch (event.kind()) {
    case v1::Event::KIND_ENVIRONMENT_CHANGED:
      return cause;
    case v1::Event::KIND_PLACEMENT_CHANGED:
      cause.subject = "host";
      return cause;
    case v1::Event::KIND_NODE_REPLACED:
      cause.subject = "machine";
      return cause;
    default:
      return std::nullopt;
  }
}

analysis::SeriesInfo InfoOf(const StoredSeries& series, const PrimaryQuantity& primary,
                            std::chrono::nanoseconds cycle) {
  analysis::SeriesInfo info;
  info.series = series.id;
  info.node = series.key.node_id;
  info.benchmark = series.key.benchmark;
  info.suite = series.key.suite;
  info.family = series.key.family;
  info.labels = series.key.labels == LabelsText({}) ? "" : series.key.labels;
  info.segment = series.key.segment;
  info.higher_is_better = primary.higher_is_better;
  const bool takes_turns = info.suite == "light" && !primary.is_core;
  info.interval_nanos = (takes_turns ? cycle * kTurns : cycle).count();
  return info;
}

}  // namespace hypergauge::aggregator
