#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// One turn of a round after another.
namespace hypergauge::aggregator {

Time Schedule::State::Advance(HostState& host, size_t plan, Time now) {
  auto& state = host.plans[plan];
  while (!state.round->IsOver()) {
    if (!state.round->lease_id().empty()) return Time::max();
    const Again again = OfferTurn(host, plan, now);
    if (!again) continue;
    // What waits for so long is overtaken by the next round.
    if (*state.grid <= now) break;
    return std::min(*again, *state.grid);
  }
  CloseRound(host, plan, now);
  return Time::max();
}

void Schedule::State::SkipTurn(Round& round, Reason reason) {
  round.turn_put_off.Count(reason, counts.deferred);
  const auto share = round.shares.find(round.turn().node_id);
  if (share != round.shares.end()) share->second.why = reason;
  round.Next();
}

Schedule::State::Again Schedule::State::OfferTurn(HostState& host, size_t plan, Time now) {
  Round& round = *host.plans[plan].round;
  PlannedNode* node = FindNode(round.turn().node_id);
  if (node == nullptr || node->facts.host != host.name) {
    round.Next();
    return std::nullopt;
  }
  if (!node->connected) {
    SkipTurn(round, Reason::kDisconnected);
    return std::nullopt;
  }
  if (now < round.not_before) return round.not_before;
  return Offer(host, plan, *node, now);
}

Schedule::State::Again Schedule::State::Offer(HostState& host, size_t plan, PlannedNode& node,
                                              Time now) {
  Round& round = *host.plans[plan].round;
  const auto& chosen = options.plans[plan];
  const Time length = std::min(CycleOf(node, plan), LeaseOf(chosen));
  if (const auto obstacle = ObstacleOf(host.name, now, length)) {
    round.put_off.Count(obstacle->reason, counts.deferred);
    return obstacle->until;
  }
  const auto& has = node.facts.benchmarks;
  const auto* planned = round.FindWork(has);
  Work work = planned != nullptr ? *planned : WorkOf(has, round.benchmarks, options.classes);
  if (!HasWork(has, work)) {
    // Nothing of this quarter runs there: that is no failure.
    const auto share = round.shares.find(node.facts.node_id);
    if (share != round.shares.end()) share->second.done = true;
    round.Next();
    return std::nullopt;
  }
  const auto peer = PeerLock(node, work);
  LeaseState lease = LeaseFor(node, std::move(work), now);
  Grant& grant = lease.grant;
  if (IsHolding(node.facts.node_id) || !locks.CanAcquire(grant.lock_class, grant.locks)) {
    round.turn_put_off.Count(Reason::kHostLocked, counts.deferred);
    return Time::max();  // looked at again when the lock is given back
  }
  if (peer) {
    if (!IsPeerFree(*peer, grant.lock_class, now, length)) {
      if (round.waiting_since == Time{}) round.waiting_since = now;
      if (now - round.waiting_since > LongestLease()) {
        // The peer is not just busy: the others' turns go on.
        SkipTurn(round, Reason::kPeerBusy);
        return std::nullopt;
      }
      round.turn_put_off.Count(Reason::kPeerBusy, counts.deferred);
      WaitFor(peer->host, host.name);
      return Later(now, Backoff(1, Time{}));
    }
    grant.locks.push_back(*peer);
  }
  lease.plan = plan;
  grant.purpose = round.purpose();
  grant.plan = chosen.name;
  grant.suite = chosen.suite;
  grant.round = round.number();
  grant.pass = round.turn().pass;
  grant.end = CutEnd(grant.locks, now, Later(now, LeaseOf(chosen)), true);
  round.Begin(grant.lease_id);
  GrantLease(std::move(lease), now);
  return std::nullopt;
}

LeaseState Schedule::State::LeaseFor(const PlannedNode& node, Work work, Time now) {
  LeaseState lease;
  Grant& grant = lease.grant;
  grant.node_id = node.facts.node_id;
  grant.locks = {{node.facts.host, work.resources}};
  grant.lock_class = work.lock_class;
  grant.benchmarks = std::move(work.benchmarks);
  grant.fencing_token = NextToken(now);
  grant.lease_id = "lease-" + std::to_string(grant.fencing_token);
  grant.start = now;
  return lease;
}

std::optional<HostLock> Schedule::State::PeerLock(const PlannedNode& node, const Work& work) const {
  const auto& peer = node.facts.peer;
  if (peer.empty() || !work.uses_network) return std::nullopt;
  const bool is_exclusive = work.lock_class == LockClass::kExclusive;
  const auto known = responders.find(peer);
  if (known == responders.end()) {
    return HostLock{"peer " + peer, static_cast<Resources>(kNic | kUplink)};
  }
  const auto& host = nodes.at(*known->second.begin()).facts.host;
  if (host == node.facts.host) return std::nullopt;
  return HostLock{host, is_exclusive ? kAllResources : static_cast<Resources>(kNic | kUplink)};
}

bool Schedule::State::IsPeerFree(const HostLock& peer, LockClass lock_class, Time now,
                                 Time length) const {
  return locks.CanAcquire(lock_class, {peer}) && !PauseObstacle(peer.host) &&
         BlackoutOf(options.blackouts, peer.host, now, Later(now, length)) == nullptr &&
         !SlotObstacle(peer.host, now, length);
}

}  // namespace hypergauge::aggregator
