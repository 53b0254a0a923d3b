#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// Turns between two nodes.
namespace hypergauge::aggregator {
namespace {

constexpr const char* kNetwork = "network";
// Of a host's clients that are due, so many are tried before it waits.
constexpr size_t kMostClients = 4;

}  // namespace

Time Schedule::State::NetworkLease() const {
  return std::max<Time>(std::chrono::minutes(1), 3 * Clamped(options.mesh.cycle));
}

Work Schedule::State::NetworkWork(const PlannedNode& client) const {
  const auto& has = client.facts.benchmarks;
  if (!options.mesh.benchmarks.empty()) {
    return WorkOf(has, options.mesh.benchmarks, options.classes);
  }
  return WorkOf(has, SuiteOf(has, options.mesh.suite, kNetwork), options.classes);
}

bool Schedule::State::IsFreeForNetwork(const std::string& name, Time now) const {
  const auto found = hosts.find(name);
  if (found == hosts.end()) return false;
  const HostState& host = found->second;
  // What was touched may have something of its own to do.
  if (host.touched || !host.orders.empty() || locks.IsLocked(name)) return false;
  const Time cycle = Clamped(options.mesh.cycle);
  if (host.next_round < Later(now, 2 * cycle)) return false;
  if (std::any_of(host.plans.begin(), host.plans.end(),
                  [](const PlanState& plan) { return plan.round.has_value(); })) {
    return false;
  }
  return !ObstacleOf(name, now, cycle);
}

Time Schedule::State::OfferNetwork(HostState& host, Time now) {
  if (options.mesh.interval <= Time{}) return Time::max();
  if (now < host.network_wake) return host.network_wake;
  const Time cycle = Clamped(options.mesh.cycle);
  // Both are followed by another look: the end of a lock, and the round.
  if (locks.IsLocked(host.name) || host.next_round < Later(now, 2 * cycle)) return Time::max();
  std::vector<PlannedNode*> due;
  Time next = Time::max();
  for (const auto& node_id : host.node_ids) {
    PlannedNode& node = nodes.at(node_id);
    if (!node.connected || !node.network_due) continue;
    const Time at = std::max(*node.network_due, node.network_retry);
    if (at <= now) {
      due.push_back(&node);
    } else {
      next = std::min(next, at);
    }
  }
  host.network_wake = due.empty() ? next : Time{};
  if (due.empty()) return next;
  std::stable_sort(due.begin(), due.end(), [](const PlannedNode* a, const PlannedNode* b) {
    return *a->network_due < *b->network_due;
  });
  if (const auto obstacle = ObstacleOf(host.name, now, cycle)) {
    for (auto* node : due) {
      CountMissedPair(*node, now);
      node->network_put_off.Count(obstacle->reason, counts.deferred);
    }
    return obstacle->until;
  }
  if (due.size() > kMostClients) due.resize(kMostClients);
  for (auto* node : due) {
    const Again again = OfferPair(host, *node, now);
    if (!again) return Time::max();
    next = std::min(next, *again);
  }
  return next;
}

std::optional<Mesh::Choice> Schedule::State::ChooseServer(const HostState& host,
                                                          const PlannedNode& client, uint64_t bytes,
                                                          Time now, Reason& why) {
  std::vector<std::string> busy;
  bool is_spent = false;
  auto choice = mesh.Next(client.facts.node_id, [&](const std::string& name) {
    if (name == host.name) return true;
    if (!IsFreeForNetwork(name, now)) {
      busy.push_back(name);
      return false;
    }
    if (HasBytes(*FindHost(name), bytes, now)) return true;
    is_spent = true;
    return false;
  });
  if (!choice.server.empty()) return choice;
  if (busy.empty() && !is_spent) return std::nullopt;
  why = busy.empty() ? Reason::kCeiling : Reason::kPeerBusy;
  for (const auto& name : busy) WaitFor(name, host.name);
  return choice;
}

bool Schedule::State::HasBytes(HostState& host, uint64_t bytes, Time now) const {
  const int64_t day = std::chrono::floor<std::chrono::days>(now).count();
  if (host.day != day) host.bytes_sent = 0;
  host.day = day;
  const uint64_t limit = options.mesh.bytes_per_day;
  return limit == 0 || (bytes <= limit && host.bytes_sent <= limit - bytes);
}

// All turns that did not come before the next one, by why the last one was put off. Where nothing
// was in its way but the turns of others, it found no gap.
void Schedule::State::CountMissedPair(PlannedNode& client, Time now) {
  const auto missed = (now - *client.network_due) / options.mesh.interval;
  if (missed < 1) return;
  const Reason last = client.network_put_off.last();
  counts.missed[NameOf(last == Reason::kNone ? Reason::kHostLocked : last)] +=
      static_cast<uint64_t>(missed);
  *client.network_due += missed * options.mesh.interval;
  client.network_put_off = {};
}

Schedule::State::Again Schedule::State::OfferPair(HostState& host, PlannedNode& client, Time now) {
  const Time retry = Later(now, Backoff(1, Time{}));
  auto work = NetworkWork(client);
  if (IsHolding(client.facts.node_id)) return Time::max();
  if (work.benchmarks.empty()) {
    client.network_due = Later(now, options.mesh.interval);
    return *client.network_due;
  }
  CountMissedPair(client, now);
  const uint64_t bytes = work.bytes_sent;
  if (!HasBytes(host, bytes, now)) {
    client.network_put_off.Count(Reason::kCeiling, counts.deferred);
    return Ceilings::NextDay(now);
  }
  auto why = Reason::kNone;
  const auto choice = ChooseServer(host, client, bytes, now, why);
  if (!choice) {
    // Nobody answers anywhere: that is no deferral, and nothing to look for every minute.
    client.network_due = std::max(retry, Later(now, options.mesh.interval / 16));
    return *client.network_due;
  }
  if (choice->server.empty()) {
    client.network_put_off.Count(why, counts.deferred);
    return why == Reason::kCeiling ? std::max(retry, Later(now, options.mesh.interval / 16))
                                   : retry;
  }
  const auto& server = nodes.at(choice->server).facts;
  // What a server answers is as much, or is taken for it.
  host.bytes_sent += bytes;
  if (server.host != host.name) HostOf(server.host).bytes_sent += bytes;
  LeaseState lease = LeaseFor(client, std::move(work), now);
  Grant& grant = lease.grant;
  if (server.host != host.name) grant.locks.push_back({server.host, grant.locks[0].resources});
  lease.kind = choice->kind;
  grant.purpose = Purpose::kNetwork;
  grant.suite = options.mesh.suite;
  grant.peer_node_id = choice->server;
  grant.peer = server.responder;
  grant.end = CutEnd(grant.locks, now, Later(now, NetworkLease()), true);
  ++counts.planned;
  GrantLease(std::move(lease), now);
  return std::nullopt;
}

void Schedule::State::FinishNetwork(const LeaseState& lease, LeaseOutcome outcome, Reason cause,
                                    Time now) {
  const auto& grant = lease.grant;
  const bool never_tried = outcome == LeaseOutcome::kRefused || outcome == LeaseOutcome::kLost ||
                           outcome == LeaseOutcome::kRevoked;
  if (!never_tried) mesh.Done(grant.node_id, {grant.peer_node_id, lease.kind});
  PlannedNode* client = FindNode(grant.node_id);
  if (client == nullptr) return;
  TouchNamed(client->facts.host);
  if (auto* host = FindHost(client->facts.host); host != nullptr) host->network_wake = {};
  if (outcome == LeaseOutcome::kCompleted) {
    client->network_due = Later(client->network_due.value_or(now), options.mesh.interval);
    client->network_retry = {};
    client->network_failures = 0;
    client->network_put_off = {};
    return;
  }
  if (!lease.revoked) client->network_put_off.Count(cause, counts.deferred);
  if (lease.revoked_for != Reason::kNone) client->network_put_off.Note(lease.revoked_for);
  ++client->network_failures;
  // Its due stays: what it does not make up for before the next one is missed.
  if (!client->network_due) client->network_due = now;
  client->network_retry = Later(now, Backoff(client->network_failures, options.mesh.interval / 2));
}

}  // namespace hypergauge::aggregator
