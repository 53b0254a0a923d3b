#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// What operators ask for.
namespace hypergauge::aggregator {
namespace {

bool IsPausedNow(const PauseState& pause, Time now) {
  return pause.until > now;
}

}  // namespace

// By command all of a suite is run, not a quarter of it.
Time Schedule::State::RunNowLength(const std::string& suite) {
  return suite == "light" ? std::chrono::minutes(2) : std::chrono::minutes(6);
}

Time Schedule::State::RunNowLease(const std::string& suite) {
  return suite == "light" ? std::chrono::minutes(10) : std::chrono::minutes(30);
}

Result<Schedule::Order> Schedule::State::RunNow(const std::string& node_id,
                                                const std::string& suite,
                                                const std::vector<std::string>& benchmarks,
                                                Time now) {
  PlannedNode* node = FindNode(node_id);
  if (node == nullptr || !node->connected) {
    return Fail(ErrorCode::kNotFound, "node " + node_id + " is not connected");
  }
  const auto& has = node->facts.benchmarks;
  for (const auto& name : benchmarks) {
    if (has != nullptr && FindBenchmark(has, name) == nullptr) {
      return Fail(ErrorCode::kInvalidArgument, "benchmarks: the node cannot run \"" + name + "\"");
    }
  }
  const auto names = benchmarks.empty() ? SuiteOf(has, suite) : benchmarks;
  if (has != nullptr && names.empty()) {
    return Fail(ErrorCode::kInvalidArgument,
                "suite: the node has no benchmarks of \"" + suite + "\"");
  }
  HostState& host = HostOf(node->facts.host);
  if (const auto pause = PauseObstacle(host.name); pause && pause->until > now) {
    return Fail(ErrorCode::kUnavailable, "host " + host.name + " is paused: " + pause->text);
  }
  auto waiting_turns = static_cast<int>(locks.HoldersOf(host.name).size());
  for (const auto& order : host.orders) {
    if (order.node_id == node_id && order.suite == suite && order.benchmarks == names) {
      return Order{order.lease_id, waiting_turns};  // asking twice changes nothing
    }
    ++waiting_turns;
  }
  RunOrder order{"run-" + std::to_string(NextToken(now)), node_id, suite, names};
  const Order answer{order.lease_id, waiting_turns};
  host.orders.push_back(std::move(order));
  ++counts.planned;
  Touch(host);
  return answer;
}

int Schedule::State::Pause(PauseState pause, Time now) {
  const std::string name = pause.host;
  const bool lasts = IsPausedNow(pause, now);
  const std::string text = pause.reason.empty() ? "paused" : "paused: " + pause.reason;
  if (lasts) {
    pauses[name] = std::move(pause);
  } else {
    pauses.erase(name);
  }
  std::vector<std::string> concerned = locks.HoldersOf(name);
  if (name.empty()) {
    for (const auto& [lease_id, lease] : leases) concerned.push_back(lease_id);
    std::sort(concerned.begin(), concerned.end());
    for (auto* host : AllHosts()) Touch(*host);
  } else {
    TouchNamed(name);
  }
  if (!lasts) return 0;
  int revoked = 0;
  for (const auto& lease_id : concerned) {
    LeaseState& lease = leases.at(lease_id);
    if (lease.revoked) continue;
    ++revoked;
    ++counts.preempted["paused"];
    Revoke(lease, Reason::kPaused, text);
  }
  return revoked;
}

int Schedule::State::Resume(const std::string& name, Time now) {
  ExpirePauses(now);
  if (!name.empty()) {
    TouchNamed(name);
    return static_cast<int>(pauses.erase(name));
  }
  const auto lifted = static_cast<int>(pauses.size());
  pauses.clear();
  for (auto* host : AllHosts()) Touch(*host);
  return lifted;
}

void Schedule::State::ExpirePauses(Time now) {
  // Hosts look again when their pause is over: PauseObstacle says until when it lasts.
  std::erase_if(pauses, [&](const auto& pause) { return !IsPausedNow(pause.second, now); });
}

bool Schedule::State::OfferOrders(HostState& host, Time now, Time* again) {
  bool is_next = false;
  for (auto order = host.orders.begin(); order != host.orders.end();) {
    const PlannedNode* node = FindNode(order->node_id);
    if (node == nullptr || !node->connected) {
      ++order;
      continue;
    }
    if (const auto pause = PauseObstacle(host.name)) {
      *again = std::min(*again, pause->until);
      return true;
    }
    const auto offered = OfferOrder(host, *order, now, again);
    if (offered == Offered::kGranted) {
      order = host.orders.erase(order);
      continue;
    }
    is_next = is_next || offered == Offered::kNext;
    ++order;
  }
  return is_next;
}

Schedule::State::Offered Schedule::State::OfferOrder(HostState& host, const RunOrder& order,
                                                     Time now, Time* again) {
  const PlannedNode& node = nodes.at(order.node_id);
  auto work = WorkOf(node.facts.benchmarks, order.benchmarks, options.classes);
  const auto peer = PeerLock(node, work);
  LeaseState lease = LeaseFor(node, std::move(work), now);
  Grant& grant = lease.grant;
  grant.lease_id = order.lease_id;
  const Time length = RunNowLength(order.suite);
  if (peer && !IsPeerFree(*peer, grant.lock_class, now, length)) {
    WaitFor(peer->host, host.name);
    *again = std::min(*again, Later(now, Backoff(1, Time{})));
    // A lock is soon over; a pause or a blackout of the peer must not stop this host.
    return locks.CanAcquire(grant.lock_class, {*peer}) ? Offered::kLater : Offered::kNext;
  }
  if (IsHolding(order.node_id) || !locks.CanAcquire(grant.lock_class, grant.locks)) {
    return Offered::kNext;
  }
  if (const auto slot = SlotObstacle(host.name, now, length)) {
    *again = std::min(*again, slot->until);
    return Offered::kNext;
  }
  if (peer) grant.locks.push_back(*peer);
  grant.purpose = Purpose::kRunNow;
  grant.suite = order.suite;
  grant.end = CutEnd(grant.locks, now, Later(now, RunNowLease(order.suite)), false);
  const bool goes_before =
      host.next_round <= now ||
      std::any_of(host.plans.begin(), host.plans.end(),
                  [](const PlanState& plan) { return plan.round.has_value(); });
  if (goes_before) ++counts.preempted["run_now"];
  GrantLease(std::move(lease), now);
  return Offered::kGranted;
}

}  // namespace hypergauge::aggregator
