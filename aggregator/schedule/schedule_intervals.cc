#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// When nodes and hosts are due.
namespace hypergauge::aggregator {

Time Schedule::State::CycleOf(const PlannedNode& node, size_t plan) const {
  const auto& progress = node.plans[plan];
  const Time configured = Clamped(options.plans[plan].cycle);
  const auto seen = std::min(progress.cycles_seen, progress.cycles.size());
  if (seen == 0) return configured;
  auto cycles = progress.cycles;
  const auto middle = cycles.begin() + static_cast<std::ptrdiff_t>(seen / 2);
  std::nth_element(cycles.begin(), middle, cycles.begin() + static_cast<std::ptrdiff_t>(seen));
  return std::max(*middle, configured / 4);
}

Time Schedule::State::WantedOf(const PlannedNode& node, size_t plan) const {
  const Time interval = Clamped(options.plans[plan].interval);
  const Time wanted = node.facts.wanted_interval;
  if (wanted <= Time{}) return interval;
  // A node that asks for more often means the usual rounds, not those of the night.
  return plan == most_frequent ? wanted : std::max(wanted, interval);
}

std::vector<PlannedNode*> Schedule::State::NodesFor(const HostState& host, size_t plan) {
  std::vector<PlannedNode*> found;
  found.reserve(host.node_ids.size());
  for (const auto& node_id : host.node_ids) {
    PlannedNode& node = nodes.at(node_id);
    if (node.connected && node.plans[plan].able) found.push_back(&node);
  }
  const auto own = std::find_if(found.begin(), found.end(),
                                [](const PlannedNode* node) { return node->facts.is_host; });
  if (own != found.end()) std::rotate(found.begin(), own, own + 1);
  return found;
}

RoundLoad Schedule::State::LoadOf(const HostState& host, size_t plan) {
  RoundLoad load;
  load.plan = &options.plans[plan];
  load.wanted = kLongestTime;
  for (const auto* node : NodesFor(host, plan)) {
    load.has_host = load.has_host || node->facts.is_host;
    load.cycles.push_back(CycleOf(*node, plan));
    load.wanted = std::min(load.wanted, WantedOf(*node, plan));
  }
  // All plans are stretched alike: what one node asks for must not take the others' rounds away.
  if (!load.cycles.empty() && load.wanted < load.plan->interval) {
    const auto least = Stretch({load}, options.node_duty, options.host_duty).front().interval;
    load.wanted = std::min(Clamped(load.plan->interval), std::max(load.wanted, least));
  }
  return load;
}

void Schedule::State::UpdateIntervals(HostState& host) {
  std::vector<RoundLoad> loads;
  std::vector<size_t> plans;
  size_t most_nodes = 0;
  for (size_t plan = 0; plan < host.plans.size(); ++plan) {
    auto load = LoadOf(host, plan);
    if (load.cycles.empty()) continue;
    most_nodes = std::max(most_nodes, load.cycles.size());
    loads.push_back(std::move(load));
    plans.push_back(plan);
  }
  double other = 0;
  if (options.mesh.interval > Time{} && !responders.empty()) {
    // Each node is a client once, and a server about as often.
    other = 2.0 * static_cast<double>(most_nodes) *
            static_cast<double>(Clamped(options.mesh.cycle).count()) /
            static_cast<double>(options.mesh.interval.count());
  }
  auto effective = Stretch(loads, options.node_duty, options.host_duty, other);
  for (size_t i = 0; i < plans.size(); ++i) {
    auto& state = host.plans[plans[i]];
    state.effective = std::move(effective[i]);
    state.effective.interval = std::max<Time>(state.effective.interval, std::chrono::seconds(1));
    state.wanted = loads[i].wanted;
  }
}

void Schedule::State::SettleGrids(HostState& host) {
  if (!host.unsettled) return;
  host.unsettled = false;
  UpdateIntervals(host);
  for (size_t plan = 0; plan < host.plans.size(); ++plan) {
    auto& state = host.plans[plan];
    const auto own = NodesFor(host, plan);
    if (!state.began) {
      for (const auto* node : own) state.base = std::max(state.base, node->plans[plan].last);
      if (state.base > Time{}) state.grid = Later(state.base, state.effective.interval);
    }
    for (auto* node : own) {
      auto& progress = node->plans[plan];
      if (!progress.restored) continue;
      if (state.began) progress.restored = false;
      const Time interval = state.effective.interval;
      progress.due.reset();
      progress.patient = false;
      if (WantedOf(*node, plan) > interval + interval / 4) {
        progress.due = Later(progress.last, WantedOf(*node, plan));
        progress.patient = true;
      } else if (Later(progress.last, interval - interval / 4) < state.base) {
        progress.due = state.base;  // the last round went without it
      }
    }
  }
}

Time Schedule::State::DueOf(const PlanState& state, const PlanProgress& progress) {
  if (!progress.due) return *state.grid;
  if (!progress.patient) return *progress.due;
  return std::max(*state.grid, *progress.due - state.effective.interval / 4);
}

void Schedule::State::PlanNext(const HostState& host, size_t plan, PlannedNode& node) const {
  const auto& state = host.plans[plan];
  auto& progress = node.plans[plan];
  const Time interval = state.effective.interval;
  const Time wanted = WantedOf(node, plan);
  progress.failures = 0;
  progress.owes = Reason::kNone;
  progress.patient = wanted > interval + interval / 4;
  progress.due.reset();
  if (progress.patient) progress.due = Later(state.base, wanted);
}

}  // namespace hypergauge::aggregator
