#include "aggregator/ingest/fleet.h"

#include <algorithm>
#include <set>

#include "aggregator/ingest/fleet_samples.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr size_t kLeastDigits = 8;  // of a node_id in a label

// benchmark_info is the fleet's, not a node's: one series a benchmark, however many nodes run it.
void AddBenchmarkInfo(const std::map<std::string, NodeState>& nodes,
                      exporter::SourceSamples& samples) {
  std::set<std::string> rendered;
  for (const auto& [id, state] : nodes) {
    for (const auto& benchmark : state.node.benchmarks()) {
      const auto& primary = benchmark.quantities(0);
      rendered.insert(RenderLabels(
          {{"benchmark", benchmark.name()},
           {"category", benchmark.category()},
           {"version", std::to_string(benchmark.version())},
           {"family", "hypergauge_" + primary.family()},
           {"unit", primary.unit()},
           {"better",
            primary.direction() == v1::DIRECTION_HIGHER_IS_BETTER ? "higher" : "lower"}}));
    }
  }
  for (const auto& labels : rendered) {
    samples["hypergauge_benchmark_info"].push_back({labels, 1, 0, {}});
  }
}

// A probe counts its machine as a host until it is known to run on another one. It stays a guest
// when its host is not known for a while, so that its series do not end and begin with every doubt.
void ApplyPlacement(NodeState& state) {
  auto& node = state.node;
  if (!node.placement().host().empty()) state.was_guest = true;
  if (state.was_guest && node.role() == v1::ROLE_HOST) node.set_role(v1::ROLE_GUEST);
}

using Descriptors = google::protobuf::RepeatedPtrField<v1::BenchmarkDescriptor>;

bool HaveSame(const Descriptors& some, const Descriptors& others) {
  return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                    [](const auto& one, const auto& other) {
                      return one.name() == other.name() && one.version() == other.version();
                    });
}

// The name alone, or what tells nodes of one name apart.
bool Fits(const std::string& label, const v1::NodeIdentity& identity) {
  return label == identity.name() ||
         label.starts_with(identity.name() + "-" + identity.node_id().substr(0, kLeastDigits));
}

}  // namespace

void Fleet::Restore(const StoredState& stored) {
  const std::lock_guard lock(mutex_);
  // Labels that were given first, so that none of them goes to a node that had none yet. A node may
  // have got another name just before its aggregator died.
  for (const auto& node : stored.nodes) {
    const auto& identity = node.hello.identity();
    if (labels_.contains(node.label) || !Fits(node.label, identity)) continue;
    Label(nodes_[identity.node_id()].node, identity, node.label);
  }
  for (const auto& node : stored.nodes) {
    const auto& node_id = node.hello.identity().node_id();
    nodes_[node_id].was_guest = stored.guests.contains(node_id);
    Put(node.hello).node.set_last_seen_unix_nanos(node.last_seen_unix_nanos);
  }
  for (const auto& run : stored.latest) {
    if (auto* state = Find(run.id().node_id())) RecordLatest(*state, run);
  }
  for (const auto& tally : stored.tallies) {
    if (auto* state = Find(tally.node_id)) {
      state->tallies[{tally.benchmark, tally.verdict}] = tally.runs;
    }
  }
}

NodeState* Fleet::Find(const std::string& node_id) {
  const auto found = nodes_.find(node_id);
  return found == nodes_.end() ? nullptr : &found->second;
}

NodeState& Fleet::Put(const v1::Hello& hello) {
  const auto& identity = hello.identity();
  auto& state = nodes_[identity.node_id()];
  auto& node = state.node;
  if (node.identity().name() != identity.name()) {
    labels_.erase(node.label());
    Label(node, identity, FreeLabel(identity));
  }
  *node.mutable_identity() = identity;
  // For recognising the machine, and nobody's business beyond.
  node.mutable_identity()->clear_hypervisor_uuid_digest();
  node.mutable_identity()->clear_machine_generation();
  node.set_role(hello.role());
  ApplyPlacement(state);
  *node.mutable_platform() = hello.platform();
  *node.mutable_environment() = hello.environment();
  *node.mutable_build() = hello.build();
  // A fleet that connects again brings what is known; a node that lost something may have been the
  // only one that had it.
  if (!HaveSame(node.benchmarks(), hello.benchmarks())) has_benchmarks_ = false;
  *node.mutable_benchmarks() = hello.benchmarks();
  node.set_wanted_interval_seconds(hello.wanted_interval_seconds());
  for (const auto& benchmark : hello.benchmarks()) AddBenchmarkFamilies(benchmark, families_);
  state.samples = nullptr;
  return state;
}

void Fleet::Label(v1::Node& node, const v1::NodeIdentity& identity, std::string label) {
  labels_[label] = identity.node_id();
  node.mutable_identity()->set_name(identity.name());
  node.set_label(std::move(label));
}

// Two machines of one name must not write into the same series, whatever else they are called.
std::string Fleet::FreeLabel(const v1::NodeIdentity& identity) const {
  std::string label = identity.name();
  for (size_t digits = kLeastDigits; labels_.contains(label) && digits <= identity.node_id().size();
       ++digits) {
    label = identity.name() + "-" + identity.node_id().substr(0, digits);
  }
  for (int number = 2; labels_.contains(label); ++number) {
    label = identity.name() + "-" + identity.node_id() + "-" + std::to_string(number);
  }
  return label;
}

void Fleet::Connected(const v1::Hello& hello, int64_t now_unix_nanos) {
  const std::lock_guard lock(mutex_);
  auto& node = Put(hello).node;
  node.set_connected(true);
  node.set_last_seen_unix_nanos(now_unix_nanos);
}

void Fleet::Disconnected(const std::string& node_id, int64_t now_unix_nanos) {
  const std::lock_guard lock(mutex_);
  auto* state = Find(node_id);
  if (state == nullptr) return;
  state->node.set_connected(false);
  state->node.clear_progress();
  state->node.set_last_seen_unix_nanos(now_unix_nanos);
}

void Fleet::Heard(const std::string& node_id, int64_t now_unix_nanos) {
  const std::lock_guard lock(mutex_);
  if (auto* state = Find(node_id)) state->node.set_last_seen_unix_nanos(now_unix_nanos);
}

void Fleet::SetProgress(const std::string& node_id, const v1::Progress& progress) {
  const std::lock_guard lock(mutex_);
  if (auto* state = Find(node_id)) *state->node.mutable_progress() = progress;
}

void Fleet::SetPlacement(const std::string& node_id, const std::string& host,
                         v1::Placement::Source source, bool contested) {
  const std::lock_guard lock(mutex_);
  auto* state = Find(node_id);
  if (state == nullptr) return;
  state->node.mutable_placement()->set_host(host);
  state->node.mutable_placement()->set_source(source);
  ApplyPlacement(*state);
  state->contested = contested;
  state->samples = nullptr;
}

void Fleet::SetInterval(const std::string& node_id, const std::string& suite,
                        std::chrono::nanoseconds interval) {
  const std::lock_guard lock(mutex_);
  auto* state = Find(node_id);
  if (state == nullptr) return;
  auto& known = state->intervals[suite];
  if (known == interval) return;
  known = interval;
  state->samples = nullptr;
}

void Fleet::SetSpool(const std::string& node_id, const v1::SpoolState& spool) {
  const std::lock_guard lock(mutex_);
  if (auto* state = Find(node_id)) *state->node.mutable_spool() = spool;
}

void Fleet::LeaseEnded(const std::string& node_id, bool completed) {
  const std::lock_guard lock(mutex_);
  auto* state = Find(node_id);
  if (state == nullptr) return;
  state->node.clear_progress();
  if (completed) state->node.set_completed_leases(state->node.completed_leases() + 1);
}

void Fleet::Record(const v1::Run& run) {
  const std::lock_guard lock(mutex_);
  auto* state = Find(run.id().node_id());
  if (state == nullptr) return;
  RecordLatest(*state, run);
  ++state->tallies[{run.benchmark(), run.verdict()}];
}

// Runs arrive late and out of order after an outage: the start decides, not the arrival.
void Fleet::RecordLatest(NodeState& state, const v1::Run& run) {
  auto& latest = state.latest[{run.benchmark(), run.suite()}];
  if (EffectiveStart(run) >= EffectiveStart(latest.run)) latest.run = run;
  if (run.verdict() == v1::VERDICT_CLEAN &&
      (!latest.clean || EffectiveStart(run) >= EffectiveStart(*latest.clean))) {
    latest.clean = std::make_unique<v1::Run>(run);
  }
  state.samples = nullptr;
}

int64_t Fleet::Remove(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  const auto found = nodes_.find(node_id);
  if (found == nodes_.end()) return 0;
  const int64_t last_seen = found->second.node.last_seen_unix_nanos();
  labels_.erase(found->second.node.label());
  nodes_.erase(found);
  has_benchmarks_ = false;  // it may have been the only one that had one
  return last_seen;
}

std::vector<std::pair<std::string, int64_t>> Fleet::LastSeen(bool connected) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, int64_t>> result;
  for (const auto& [node_id, state] : nodes_) {
    if (state.node.connected() != connected) continue;
    result.emplace_back(node_id, state.node.last_seen_unix_nanos());
  }
  return result;
}

std::string Fleet::LabelOf(const std::string& node_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = nodes_.find(node_id);
  return found == nodes_.end() ? "" : found->second.node.label();
}

bool Fleet::IsConnected(const std::string& node_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = nodes_.find(node_id);
  return found != nodes_.end() && found->second.node.connected();
}

std::string Fleet::NodeIdOf(const std::string& label) const {
  const std::lock_guard lock(mutex_);
  const auto found = labels_.find(label);
  return found == labels_.end() ? "" : found->second;
}

void Fleet::CollectInto(exporter::Snapshot& snapshot) {
  const std::lock_guard lock(mutex_);
  // hypergauge's own families first: what a benchmark declares cannot replace them.
  snapshot.families.insert(NodeFamilies().begin(), NodeFamilies().end());
  snapshot.families.insert(families_.begin(), families_.end());
  auto live = std::make_shared<exporter::SourceSamples>();
  AddBenchmarkInfo(nodes_, *live);
  for (const auto& [label, node_id] : labels_) {
    auto& state = nodes_.at(node_id);
    AddLiveSamples(state, *live);
    if (!state.samples) {
      state.samples =
          std::make_shared<const exporter::SourceSamples>(NodeSamples(state, interval_));
    }
    snapshot.sources.push_back(state.samples);
  }
  snapshot.sources.push_back(std::move(live));
}

}  // namespace hypergauge::aggregator
