#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// Who is there, and on which host.
namespace hypergauge::aggregator {
namespace {

constexpr std::string_view kSlotPrefix = "slot-";
// A token that lies further ahead of the clock is no aggregator's.
constexpr Time kTokenAhead = std::chrono::days(1);

// Whether a node with these benchmarks has anything to do in the plan.
bool IsAble(const BenchmarkSet& has, const Plan& plan) {
  if (has == nullptr) return true;
  if (plan.benchmarks.empty()) return !SuiteOf(has, plan.suite).empty();
  return std::any_of(plan.benchmarks.begin(), plan.benchmarks.end(),
                     [&](const std::string& name) { return FindBenchmark(has, name) != nullptr; });
}

// From now on it is due by itself; of a round that it leaves without a turn it is owed one.
void LeavePlan(PlanState& state, const std::string& node_id, PlanProgress& progress, Time now) {
  if (!progress.due || progress.patient) progress.due = state.grid.value_or(now);
  progress.patient = false;
  if (!state.round) return;
  const auto share = state.round->shares.find(node_id);
  if (share == state.round->shares.end()) return;
  progress.due = share->second.done ? state.grid.value_or(now) : now;
  state.round->shares.erase(share);
}

void AddLock(std::vector<HostLock>& locks, const std::string& host) {
  const bool has = std::any_of(locks.begin(), locks.end(),
                               [&](const HostLock& lock) { return lock.host == host; });
  if (!has) locks.push_back({host, kAllResources});
}

}  // namespace

HostState* Schedule::State::FindHost(const std::string& name) {
  const auto found = hosts.find(name);
  return found == hosts.end() ? nullptr : &found->second;
}

HostState& Schedule::State::HostOf(const std::string& name) {
  const auto [found, is_new] = hosts.try_emplace(name);
  HostState& host = found->second;
  if (is_new) {
    host.name = name;
    host.number = ++last_host;
    host.plans.resize(options.plans.size());
  }
  return host;
}

std::vector<HostState*> Schedule::State::AllHosts() {
  std::vector<HostState*> all;
  for (auto& [name, host] : hosts) all.push_back(&host);
  std::sort(all.begin(), all.end(),
            [](const HostState* a, const HostState* b) { return a->name < b->name; });
  return all;
}

PlannedNode* Schedule::State::FindNode(const std::string& node_id) {
  const auto found = nodes.find(node_id);
  return found == nodes.end() ? nullptr : &found->second;
}

void Schedule::State::Touch(HostState& host) {
  if (host.touched) return;
  host.touched = true;
  touched.push_back(&host);
}

void Schedule::State::TouchNamed(const std::string& name) {
  if (auto* host = FindHost(name); host != nullptr) Touch(*host);
}

void Schedule::State::DropIfEmpty(HostState& host) {
  if (host.touched || !host.node_ids.empty() || locks.IsLocked(host.name)) return;
  if (std::any_of(host.plans.begin(), host.plans.end(),
                  [](const PlanState& plan) { return plan.round.has_value(); })) {
    return;
  }
  SetWake(host, Time::max());
  hosts.erase(hosts.find(host.name));
}

void Schedule::State::PublishNode(const PlannedNode& node) {
  const auto& facts = node.facts;
  mesh.Put(facts.node_id, facts.host, facts.is_host, !facts.responder.empty());
  if (!facts.responder.empty()) responders[facts.responder].insert(facts.node_id);
}

void Schedule::State::RetractNode(const PlannedNode& node) {
  // No server for now; how far it is as a client is kept for its return.
  mesh.Put(node.facts.node_id, node.facts.host, node.facts.is_host, false);
  const auto found = responders.find(node.facts.responder);
  if (found == responders.end()) return;
  found->second.erase(node.facts.node_id);
  if (found->second.empty()) responders.erase(found);
}

void Schedule::State::Connect(NodeFacts facts, const ActiveLease* active, Time now) {
  const std::string node_id = facts.node_id;
  facts.wanted_interval = Clamped(facts.wanted_interval);
  EndLost(node_id, active, now);
  const auto [found, is_new] = nodes.try_emplace(node_id);
  PlannedNode& node = found->second;
  if (!node.connected && node.network_due && *node.network_due <= now) {
    node.network_put_off.Count(Reason::kDisconnected, counts.deferred);
  }
  if (is_new) {
    node.plans.resize(options.plans.size());
    // The long rounds of rare plans come later, so that a new fleet has its first figures soon.
    for (size_t plan = 0; plan < node.plans.size(); ++plan) {
      const Time often = options.plans.front().interval;
      const bool is_rare = options.plans[plan].interval > often;
      node.plans[plan].due = is_rare ? Later(now, Clamped(often)) : now;
    }
    RecallRounds(node_id, node, now);
  } else {
    if (node.connected) RetractNode(node);
    node.connected = false;
    Move(node, facts.host, facts.is_host, now);
  }
  node.facts = std::move(facts);
  node.connected = true;
  for (size_t plan = 0; plan < node.plans.size(); ++plan) {
    auto& progress = node.plans[plan];
    progress.able = IsAble(node.facts.benchmarks, options.plans[plan]);
    if (progress.owes == Reason::kDisconnected) progress.due = now;
  }
  HostState& host = HostOf(node.facts.host);
  host.node_ids.insert(node_id);
  host.network_wake = {};
  if (is_new) host.unsettled = true;
  PublishNode(node);
  slots.SetCutOff(node_id, false);
  slots.Move(node_id, node.facts.host);
  standing.Move(node_id, node.facts.host);
  KeepActive(node, active, now);
  Touch(host);
}

void Schedule::State::RecallRounds(const std::string& node_id, PlannedNode& node, Time now) {
  const auto known = last_rounds.find(node_id);
  if (known == last_rounds.end()) return;
  node.network_due = now;
  for (const auto& [name, at] : known->second) {
    if (name == kNetworkPlan) RecallNetwork(node, std::min(at, now), now);
    for (size_t plan = 0; plan < options.plans.size(); ++plan) {
      if (options.plans[plan].name != name) continue;
      auto& progress = node.plans[plan];
      progress.last = std::min(at, now);
      progress.restored = true;
      progress.due.reset();
    }
  }
  last_rounds.erase(known);
}

// A fleet whose aggregator was started anew must not measure all of its network at once.
void Schedule::State::RecallNetwork(PlannedNode& node, Time last, Time now) const {
  node.network_due = Later(last, options.mesh.interval);
  if (*node.network_due <= now) node.network_put_off.Note(Reason::kDisconnected);
}

void Schedule::State::EndLost(const std::string& node_id, const ActiveLease* active, Time now) {
  const auto holding = held.find(node_id);
  if (holding == held.end()) return;
  for (const auto& lease_id : std::vector<std::string>(holding->second)) {
    if (active == nullptr || active->lease_id != lease_id) {
      Close(lease_id, LeaseOutcome::kLost, now);
    }
  }
}

void Schedule::State::KeepActive(const PlannedNode& node, const ActiveLease* active, Time now) {
  if (active == nullptr || active->lease_id.empty()) return;
  const auto known = leases.find(active->lease_id);
  if (known == leases.end() || known->second.grant.node_id != node.facts.node_id) {
    Adopt(node, *active, now);
    return;
  }
  LeaseState& lease = known->second;
  const size_t locked = lease.grant.locks.size();
  AddLock(lease.grant.locks, node.facts.host);
  if (lease.grant.locks.size() > locked) {
    // It moved while nobody saw it.
    ++counts.preempted["moved"];
    locks.Force(active->lease_id, lease.grant.lock_class, {lease.grant.locks.back()});
    Revoke(lease, Reason::kNone, "the node is on another host now");
  } else if (lease.revoked) {
    actions.revocations.push_back({active->lease_id, node.facts.node_id, "revoked meanwhile"});
  }
  if (auto* host = FindHost(node.facts.host); host != nullptr) host->utilisation.Lock(now);
}

// What an aggregator of which nothing is known has granted is out there, whatever others hold.
void Schedule::State::Adopt(const PlannedNode& node, const ActiveLease& active, Time now) {
  const Time remaining = std::min(active.remaining, LongestLease());
  if (remaining <= Time{}) return;
  LeaseState lease;
  Grant& grant = lease.grant;
  grant.lease_id = active.lease_id;
  // A name that another node's lease has is not this one's to give back.
  if (leases.contains(grant.lease_id)) grant.lease_id += "@" + node.facts.node_id;
  if (leases.contains(grant.lease_id)) return;
  grant.fencing_token = active.fencing_token;
  grant.node_id = node.facts.node_id;
  grant.locks = {{node.facts.host, kAllResources}};
  grant.purpose = active.lease_id.starts_with(kSlotPrefix) ? Purpose::kOffline : Purpose::kRunNow;
  grant.start = now;
  grant.end = Later(now, remaining);
  const auto believed = static_cast<uint64_t>(Later(now, kTokenAhead).count());
  if (active.fencing_token <= believed) last_token = std::max(last_token, active.fencing_token);
  if (IsPausedForAny(grant.locks, now)) {
    ++counts.preempted["paused"];
    lease.revoked = true;
    lease.revoked_for = Reason::kPaused;
    actions.revocations.push_back({active.lease_id, node.facts.node_id, "paused"});
  }
  Hold(std::move(lease), true, now);
}

void Schedule::State::Move(PlannedNode& node, const std::string& host, bool is_host, Time now) {
  if (node.facts.host == host && node.facts.is_host == is_host) return;
  if (node.connected) RetractNode(node);
  const bool leaves = node.facts.host != host;
  if (leaves) LeaveHost(node, HostOf(host), now);
  node.facts.host = host;
  node.facts.is_host = is_host;
  if (node.connected) PublishNode(node);
  HostState& to = HostOf(host);
  Touch(to);
  if (!leaves) return;
  to.node_ids.insert(node.facts.node_id);
  slots.Move(node.facts.node_id, host);
  standing.Move(node.facts.node_id, host);
  const auto holding = held.find(node.facts.node_id);
  if (holding == held.end()) return;
  for (const auto& lease_id : holding->second) {
    LeaseState& lease = leases.at(lease_id);
    if (!lease.revoked) ++counts.preempted["moved"];
    AddLock(lease.grant.locks, host);
    locks.Force(lease_id, lease.grant.lock_class, {{host, kAllResources}});
    to.utilisation.Lock(now);
    Revoke(lease, Reason::kNone, "the node is on another host now");
  }
}

void Schedule::State::LeaveHost(const PlannedNode& node, HostState& to, Time now) {
  const auto& node_id = node.facts.node_id;
  HostState& from = HostOf(node.facts.host);
  from.node_ids.erase(node_id);
  for (size_t plan = 0; plan < from.plans.size(); ++plan) {
    LeavePlan(from.plans[plan], node_id, nodes.at(node_id).plans[plan], now);
  }
  std::deque<RunOrder> staying;
  for (auto& order : from.orders) {
    (order.node_id == node_id ? to.orders : staying).push_back(std::move(order));
  }
  from.orders = std::move(staying);
  Touch(from);
}

void Schedule::State::Disconnect(const std::string& node_id, Time now) {
  PlannedNode* node = FindNode(node_id);
  if (node == nullptr || !node->connected) return;
  RetractNode(*node);
  node->connected = false;
  slots.SetCutOff(node_id, true);
  Touch(HostOf(node->facts.host));
  ClearForSlots(node->facts.host, now);
}

// A lease that lasts into the time when a node that is cut off since now may use its slot.
void Schedule::State::ClearForSlots(const std::string& host, Time now) {
  const Time from = Later(now, Clamped(options.offline.after));
  for (const auto& lease_id : locks.HoldersOf(host)) {
    LeaseState& lease = leases.at(lease_id);
    if (lease.grant.end <= from || !slots.IsReserved(host, from, lease.grant.end)) continue;
    Revoke(lease, Reason::kOfflineSlot, "a node that is cut off may measure soon");
  }
}

void Schedule::State::Forget(const std::string& node_id, Time now) {
  last_rounds.erase(node_id);
  Disconnect(node_id, now);
  mesh.Remove(node_id);
  const auto found = nodes.find(node_id);
  if (found == nodes.end()) return;
  HostState& host = HostOf(found->second.facts.host);
  host.node_ids.erase(node_id);
  for (auto& plan : host.plans) {
    if (plan.round) plan.round->shares.erase(node_id);
  }
  const auto orders =
      std::erase_if(host.orders, [&](const RunOrder& order) { return order.node_id == node_id; });
  if (orders > 0) counts.missed["disconnected"] += orders;
  nodes.erase(found);
  Touch(host);
}

}  // namespace hypergauge::aggregator
