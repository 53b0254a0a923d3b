#include "aggregator/records/environment_log.h"

#include <chrono>
#include <memory>
#include <utility>

#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr int64_t kHour = std::chrono::nanoseconds(std::chrono::hours(1)).count();
constexpr double kNanosPerSecond = 1e9;

// What an epoch keeps: noise floors are measured again and again, and evidence is for the moment.
v1::EnvironmentEpoch EpochOf(const v1::Environment& environment, const v1::Platform& platform,
                             int64_t began) {
  v1::EnvironmentEpoch epoch;
  epoch.set_began_unix_nanos(began);
  *epoch.mutable_environment() = environment;
  epoch.mutable_environment()->clear_noise();
  *epoch.mutable_platform() = platform;
  epoch.mutable_platform()->clear_evidence();
  for (auto& layer : *epoch.mutable_platform()->mutable_layers()) layer.clear_evidence();
  return epoch;
}

v1::Event ChangeEvent(const std::string& node_id, int64_t now) {
  v1::Event event;
  event.set_kind(v1::Event::KIND_ENVIRONMENT_CHANGED);
  event.set_node_id(node_id);
  event.set_unix_nanos(now);
  return event;
}

}  // namespace

void EnvironmentLog::Restore(const StoredState& stored) {
  const std::lock_guard lock(mutex_);
  for (const auto& [node_id, epoch] : stored.environments) {
    State state;
    state.facts = FactsOf(epoch.environment(), epoch.platform());
    state.began_unix_nanos = epoch.began_unix_nanos();
    states_[node_id] = std::move(state);
  }
}

void EnvironmentLog::Observe(const std::string& node_id, const v1::Environment& environment,
                             const v1::Platform& platform, int64_t now_unix_nanos) {
  auto facts = FactsOf(environment, platform);
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = states_.try_emplace(node_id);
  auto& state = found->second;
  if (is_new) {
    state.facts = std::move(facts);
    state.began_unix_nanos = now_unix_nanos;
    writer_.Write(node_id, EpochOf(environment, platform, now_unix_nanos));
    return;
  }
  if (facts == state.facts) {
    state.waiting.reset();  // back to what is recorded
    return;
  }
  if (now_unix_nanos - state.window_began_unix_nanos >= kHour) {
    state.window_began_unix_nanos = now_unix_nanos;
    state.changes_in_window = 0;
  }
  auto epoch = EpochOf(environment, platform, now_unix_nanos);
  if (state.changes_in_window >= kMostPerHour) {
    state.waiting = std::move(epoch);
    return;
  }
  Change(node_id, state, std::move(epoch));
  if (state.changes_in_window == kMostPerHour) TellLimit(node_id, now_unix_nanos);
}

void EnvironmentLog::Settle(int64_t now_unix_nanos) {
  const std::lock_guard lock(mutex_);
  for (auto& [node_id, state] : states_) {
    if (!state.waiting || now_unix_nanos - state.window_began_unix_nanos < kHour) continue;
    state.window_began_unix_nanos = now_unix_nanos;
    state.changes_in_window = 0;
    auto epoch = std::move(*state.waiting);
    epoch.set_began_unix_nanos(now_unix_nanos);
    Change(node_id, state, std::move(epoch));
  }
  writer_.Retry();
}

void EnvironmentLog::Change(const std::string& node_id, State& state, v1::EnvironmentEpoch epoch) {
  auto facts = FactsOf(epoch.environment(), epoch.platform());
  const int64_t now = epoch.began_unix_nanos();
  Tell(node_id, Compare(state.facts, facts), now);
  state.facts = std::move(facts);
  state.began_unix_nanos = now;
  state.waiting.reset();
  ++state.changes;
  ++state.changes_in_window;
  writer_.Write(node_id, std::move(epoch));
}

void EnvironmentLog::Tell(const std::string& node_id, const std::vector<FactChange>& changes,
                          int64_t now) {
  for (size_t i = 0; i < changes.size() && i < kMostFacts; ++i) {
    auto event = ChangeEvent(node_id, now);
    event.set_subject(changes[i].name);
    event.set_old_value(changes[i].old_value);
    event.set_new_value(changes[i].new_value);
    events_.Record(std::move(event));
  }
  if (changes.size() <= kMostFacts) return;
  auto event = ChangeEvent(node_id, now);
  event.set_text(label_of_(node_id) + ": " + std::to_string(changes.size() - kMostFacts) +
                 " further facts changed at the same time");
  events_.Record(std::move(event));
}

void EnvironmentLog::TellLimit(const std::string& node_id, int64_t now) {
  auto event = ChangeEvent(node_id, now);
  event.set_text(label_of_(node_id) + ": the environment changed " + std::to_string(kMostPerHour) +
                 " times within an hour; what changes now is recorded when the hour has passed");
  events_.Record(std::move(event));
}

void EnvironmentLog::Forget(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  states_.erase(node_id);
  writer_.Forget(node_id);
}

void EnvironmentLog::CollectInto(exporter::Snapshot& snapshot) const {
  constexpr const char* kBegan = "hypergauge_environment_epoch_timestamp_seconds";
  constexpr const char* kChanges = "hypergauge_environment_changes_total";
  snapshot.families[kBegan] = {kBegan, "Since when the node's environment is as it is",
                               exporter::MetricType::kGauge, "seconds"};
  snapshot.families[kChanges] = {
      kChanges, "Times that the node's environment changed since the aggregator started",
      exporter::MetricType::kCounter, ""};
  auto samples = std::make_shared<exporter::SourceSamples>();
  const std::lock_guard lock(mutex_);
  for (const auto& [node_id, state] : states_) {
    const std::string label = label_of_(node_id);
    if (label.empty()) continue;
    const std::string labels = RenderLabels({{"node", label}});
    (*samples)[kBegan].push_back(
        {labels, static_cast<double>(state.began_unix_nanos) / kNanosPerSecond, 0, {}});
    (*samples)[kChanges].push_back({labels, static_cast<double>(state.changes), 0, {}});
  }
  snapshot.sources.push_back(std::move(samples));
}

}  // namespace hypergauge::aggregator
