// What the Query service lists of the fleet.
#include <algorithm>

#include "aggregator/ingest/fleet.h"

namespace hypergauge::aggregator {
namespace {

void PutBrief(const v1::Platform& from, v1::Platform& to) {
  to.set_name(from.name());
  to.set_hypervisor(from.hypervisor());
  to.set_container(from.container());
  to.set_version(from.version());
  for (const auto& layer : from.layers()) {
    auto& brief = *to.add_layers();
    brief.set_kind(layer.kind());
    brief.set_hypervisor(layer.hypervisor());
    brief.set_product(layer.product());
    brief.set_guest_type(layer.guest_type());
    brief.set_confidence(layer.confidence());
  }
}

void PutBrief(const v1::Environment& from, v1::Environment& to) {
  to.set_kernel_release(from.kernel_release());
  to.set_architecture(from.architecture());
  to.set_cpu_model(from.cpu_model());
  to.set_online_cpus(from.online_cpus());
  to.set_memory_bytes(from.memory_bytes());
  to.set_os_release(from.os_release());
  to.set_clocksource(from.clocksource());
  to.set_work_filesystem(from.work_filesystem());
}

// Field by field: copying all to leave most of it out takes a large fleet's lock for long.
void PutBrief(const v1::Node& from, v1::Node& to) {
  *to.mutable_identity() = from.identity();
  to.set_role(from.role());
  PutBrief(from.platform(), *to.mutable_platform());
  to.mutable_placement()->set_host(from.placement().host());
  to.mutable_placement()->set_source(from.placement().source());
  PutBrief(from.environment(), *to.mutable_environment());
  *to.mutable_build() = from.build();
  to.set_connected(from.connected());
  to.set_last_seen_unix_nanos(from.last_seen_unix_nanos());
  if (from.has_progress()) *to.mutable_progress() = from.progress();
  to.set_completed_leases(from.completed_leases());
  to.set_label(from.label());
  if (from.has_spool()) *to.mutable_spool() = from.spool();
  to.set_wanted_interval_seconds(from.wanted_interval_seconds());
}

void PutUnavailable(const v1::Node& from, bool brief, v1::Node& to) {
  for (const auto& benchmark : from.benchmarks()) {
    if (benchmark.available()) continue;
    to.set_unavailable_count(to.unavailable_count() + 1);
    if (brief) continue;
    auto& unavailable = *to.add_unavailable();
    unavailable.set_benchmark(benchmark.name());
    unavailable.set_reason(benchmark.reason());
  }
}

std::map<std::string, v1::BenchmarkDescriptor> NewestOf(
    const std::map<std::string, NodeState>& nodes) {
  std::map<std::string, const v1::BenchmarkDescriptor*> newest;
  for (const auto& [node_id, state] : nodes) {
    for (const auto& benchmark : state.node.benchmarks()) {
      auto& known = newest[benchmark.name()];
      if (known == nullptr || benchmark.version() > known->version()) known = &benchmark;
    }
  }
  std::map<std::string, v1::BenchmarkDescriptor> copies;
  for (const auto& [name, benchmark] : newest) copies[name] = *benchmark;
  return copies;
}

}  // namespace

std::vector<v1::Node> Fleet::Nodes() const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Node> nodes;
  nodes.reserve(labels_.size());
  for (const auto& [label, node_id] : labels_) {
    nodes.push_back(nodes_.at(node_id).node);
    nodes.back().clear_benchmarks();
  }
  return nodes;
}

std::vector<v1::Node> Fleet::ShownNodes(const std::set<std::string>& labels, bool brief) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Node> nodes;
  nodes.reserve(labels.empty() ? labels_.size() : labels.size());
  for (const auto& [label, node_id] : labels_) {
    if (!labels.empty() && !labels.contains(label)) continue;
    const auto& known = nodes_.at(node_id).node;
    auto& shown = nodes.emplace_back();
    if (brief) {
      PutBrief(known, shown);
    } else {
      shown = known;
      shown.clear_benchmarks();
    }
    PutUnavailable(known, brief, shown);
  }
  return nodes;
}

std::pair<uint32_t, uint32_t> Fleet::Count() const {
  const std::lock_guard lock(mutex_);
  const auto connected = std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) {
    return entry.second.node.connected();
  });
  return {static_cast<uint32_t>(nodes_.size()), static_cast<uint32_t>(connected)};
}

std::vector<v1::BenchmarkDescriptor> Fleet::Benchmarks() const {
  const std::lock_guard lock(mutex_);
  if (!has_benchmarks_) {
    benchmarks_ = NewestOf(nodes_);
    has_benchmarks_ = true;
  }
  std::vector<v1::BenchmarkDescriptor> benchmarks;
  benchmarks.reserve(benchmarks_.size());
  for (const auto& [name, benchmark] : benchmarks_) benchmarks.push_back(benchmark);
  return benchmarks;
}

std::vector<v1::ListLatestRunsResponse::Latest> Fleet::LatestRuns(
    const std::vector<std::string>& labels) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::ListLatestRunsResponse::Latest> result;
  for (const auto& [label, node_id] : labels_) {
    if (!labels.empty() && std::find(labels.begin(), labels.end(), label) == labels.end()) continue;
    for (const auto& [key, latest] : nodes_.at(node_id).latest) {
      auto& entry = result.emplace_back();
      entry.set_node(label);
      *entry.mutable_run() = latest.run;
      if (latest.clean) *entry.mutable_clean() = *latest.clean;
    }
  }
  return result;
}

}  // namespace hypergauge::aggregator
