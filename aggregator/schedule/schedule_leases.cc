#include <algorithm>
#include <utility>

#include "aggregator/schedule/schedule_state.h"

/// What becomes of leases.
namespace hypergauge::aggregator {

uint64_t Schedule::State::NextToken(Time now) {
  // Tokens rise over restarts too, even where nothing was stored, as long as the clock does not go
  // back by more than the last aggregator ran.
  last_token = std::max(last_token + 1, static_cast<uint64_t>(std::max(now, Time{}).count()));
  return last_token;
}

bool Schedule::State::IsHolding(const std::string& node_id) const {
  return held.contains(node_id);
}

Time Schedule::State::LongestLease() const {
  Time longest = std::max(NetworkLease(), Clamped(options.offline.length));
  for (const auto& plan : options.plans) {
    longest = std::max({longest, LeaseOf(plan), RunNowLease(plan.suite)});
  }
  return Clamped(longest);
}

void Schedule::State::Hold(LeaseState lease, bool force, Time now) {
  const std::string lease_id = lease.grant.lease_id;
  const auto& grant = lease.grant;
  if (force) {
    locks.Force(lease_id, grant.lock_class, grant.locks);
  } else if (!locks.Acquire(lease_id, grant.lock_class, grant.locks)) {
    return;  // its locks were asked for before
  }
  for (const auto& lock : grant.locks) {
    if (auto* host = FindHost(lock.host); host != nullptr) host->utilisation.Lock(now);
  }
  expiries.emplace(grant.end, lease_id);
  held[grant.node_id].push_back(lease_id);
  leases.emplace(lease_id, std::move(lease));
}

void Schedule::State::GrantLease(LeaseState lease, Time now) {
  ++counts.granted;
  // What it runs is of no interest here any more, and the dearest part to copy.
  auto benchmarks = std::exchange(lease.grant.benchmarks, {});
  actions.grants.push_back(lease.grant);
  actions.grants.back().benchmarks = std::move(benchmarks);
  Hold(std::move(lease), false, now);
}

LeaseState Schedule::State::Release(const std::string& lease_id, Time now) {
  const auto found = leases.find(lease_id);
  LeaseState lease = std::move(found->second);
  const Grant& grant = lease.grant;
  leases.erase(found);
  expiries.erase({grant.end, lease_id});
  const auto holding = held.find(grant.node_id);
  std::erase(holding->second, lease_id);
  if (holding->second.empty()) held.erase(holding);
  locks.Release(lease_id);
  for (const auto& lock : grant.locks) {
    if (locks.IsLocked(lock.host)) continue;
    if (auto* host = FindHost(lock.host); host != nullptr) {
      host->utilisation.Unlock(now);
      Touch(*host);
    }
    if (waiting.contains(lock.host)) freed.push_back(lock.host);
  }
  // A node measures under one lease at a time, wherever.
  if (const auto* node = FindNode(grant.node_id); node != nullptr) TouchNamed(node->facts.host);
  return lease;
}

void Schedule::State::Revoke(LeaseState& lease, Reason reason, const std::string& text) {
  if (lease.revoked) return;
  lease.revoked = true;
  lease.revoked_for = reason;
  const PlannedNode* node = FindNode(lease.grant.node_id);
  if (node == nullptr || !node->connected) return;
  actions.revocations.push_back({lease.grant.lease_id, lease.grant.node_id, text});
}

void Schedule::State::Finish(const std::string& lease_id, LeaseOutcome outcome, Reason cause,
                             Time now) {
  const LeaseState lease = Release(lease_id, now);
  if (outcome == LeaseOutcome::kCompleted) ++counts.completed;
  const auto purpose = lease.grant.purpose;
  if (purpose == Purpose::kRound || purpose == Purpose::kMakeUp) {
    FinishTurn(lease, outcome, cause, now);
  } else if (purpose == Purpose::kNetwork) {
    FinishNetwork(lease, outcome, cause, now);
  } else if (outcome != LeaseOutcome::kCompleted && !lease.revoked) {
    ++counts.deferred[NameOf(cause)];
  }
}

void Schedule::State::Close(const std::string& lease_id, LeaseOutcome outcome, Time now) {
  if (leases.at(lease_id).revoked) outcome = LeaseOutcome::kRevoked;
  actions.closed.push_back({lease_id, outcome});
  Finish(lease_id, outcome, Reason::kLost, now);
}

void Schedule::State::Expire(Time now) {
  while (!expiries.empty() && expiries.begin()->first <= now) {
    const std::string lease_id = expiries.begin()->second;
    const PlannedNode* node = FindNode(leases.at(lease_id).grant.node_id);
    ++counts.expired[node != nullptr && node->connected ? "connected" : "disconnected"];
    Close(lease_id, LeaseOutcome::kExpired, now);
  }
}

Time Schedule::State::Backoff(int failures, Time limit) const {
  Time wait = std::max<Time>(Clamped(options.retry), std::chrono::seconds(1));
  limit = std::max(limit, wait);
  for (int i = 1; i < failures && wait < limit; ++i) wait *= 2;
  return std::min(wait, limit);
}

// The rest of its round went with the last aggregator.
void Schedule::State::OweRound(const std::string& node_id, size_t plan, Reason cause, Time now) {
  if (PlannedNode* node = FindNode(node_id); node != nullptr) {
    auto& progress = node->plans[plan];
    if (!progress.restored) return;
    progress.restored = false;
    progress.due = now;
    progress.patient = false;
    progress.owes = cause;
    return;
  }
  // It is due when it comes.
  if (const auto known = last_rounds.find(node_id); known != last_rounds.end()) {
    const auto& name = options.plans[plan].name;
    std::erase_if(known->second, [&](const auto& round) { return round.first == name; });
  }
}

void Schedule::State::Spend(const Grant& grant, Time now) {
  const Time taken = Clamped(now - grant.start);
  if (PlannedNode* node = FindNode(grant.node_id); node != nullptr) {
    node->spent_until =
        Later(std::max(node->spent_until, grant.start), TimeAt(taken, options.node_duty));
  }
  if (HostState* host = FindHost(grant.locks.front().host); host != nullptr) {
    host->spent_until =
        Later(std::max(host->spent_until, grant.start), TimeAt(taken, options.host_duty));
  }
}

void Schedule::State::FinishTurn(const LeaseState& lease, LeaseOutcome outcome, Reason cause,
                                 Time now) {
  const auto& grant = lease.grant;
  Spend(grant, now);
  const bool completed = outcome == LeaseOutcome::kCompleted;
  if (PlannedNode* node = FindNode(grant.node_id); completed && node != nullptr) {
    auto& progress = node->plans[lease.plan];
    progress.cycles[progress.cycles_seen % progress.cycles.size()] = now - grant.start;
    ++progress.cycles_seen;
  }
  HostState* host = FindHost(grant.locks.front().host);
  auto* round =
      host == nullptr || !host->plans[lease.plan].round ? nullptr : &*host->plans[lease.plan].round;
  if (round == nullptr || round->lease_id() != grant.lease_id) {
    // Of a round of an earlier aggregator.
    if (completed) return;
    if (!lease.revoked) ++counts.deferred[NameOf(cause)];
    if (grant.pass == 1) OweRound(grant.node_id, lease.plan, cause, now);
    return;
  }
  const auto share = round->shares.find(grant.node_id);
  if (completed) {
    if (share != round->shares.end()) share->second.done = true;
    round->Next();
    return;
  }
  if (!lease.revoked) round->turn_put_off.Count(cause, counts.deferred);
  if (lease.revoked && lease.revoked_for != Reason::kNone) {
    round->put_off.Note(lease.revoked_for);
    round->Again();
    return;
  }
  const bool is_busy = outcome == LeaseOutcome::kRefused && cause == Reason::kBusy;
  if (is_busy && round->turn().brackets && round->IsOpening()) {
    // A busy host would spoil all turns.
    round->put_off.Note(cause);
    ++round->put_offs;
    round->not_before =
        Later(now, Backoff(round->put_offs, host->plans[lease.plan].effective.interval / 2));
    round->Again();
    return;
  }
  if (share != round->shares.end()) share->second.why = lease.revoked ? Reason::kError : cause;
  round->Next();
}

}  // namespace hypergauge::aggregator
