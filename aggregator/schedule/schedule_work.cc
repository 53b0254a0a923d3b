#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// What is to be looked at, and when.
namespace hypergauge::aggregator {
namespace {

// Nobody looks at a host more often for the mere sake of the clock.
constexpr Time kLeastWait = std::chrono::milliseconds(1);
constexpr Time kSweep = std::chrono::hours(1);

}  // namespace

Schedule::State::State(ScheduleOptions given)
    : options(std::move(given)),
      ceilings(options.ceilings),
      slots(options.offline),
      standing(options.offline) {
  for (size_t plan = 1; plan < options.plans.size(); ++plan) {
    if (options.plans[plan].interval < options.plans[most_frequent].interval) most_frequent = plan;
  }
  options.mesh.interval = std::min(options.mesh.interval, kLongestTime);
}

void Schedule::State::Restore(const ScheduleState& state, Time now) {
  last_token = std::max(last_token, state.last_token);
  last_round = std::max(last_round, state.last_round);
  for (const auto& grant : state.leases) {
    last_token = std::max(last_token, grant.fencing_token);
    last_round = std::max(last_round, grant.round);
    if (leases.contains(grant.lease_id) || grant.locks.empty()) continue;
    LeaseState lease;
    lease.grant = grant;
    for (size_t plan = 0; plan < options.plans.size(); ++plan) {
      if (options.plans[plan].name == grant.plan) lease.plan = plan;
    }
    Hold(std::move(lease), true, now);
  }
  for (const auto& [key, at] : state.last_rounds) {
    last_rounds[key.first].emplace_back(key.second, at);
  }
  for (const auto& day : state.days) {
    ceilings.Charge(day.host, day.taken, std::chrono::days(day.day));
  }
  for (const auto& pause : state.pauses) {
    if (pause.until > now) pauses[pause.host] = pause;
  }
  // The last aggregator may have had no time to say so.
  for (auto& [lease_id, lease] : leases) {
    if (!IsPausedForAny(lease.grant.locks, now)) continue;
    lease.revoked = true;
    lease.revoked_for = Reason::kPaused;
  }
  if (options.mesh.interval > Time{}) {
    mesh.StartAt(static_cast<uint64_t>(std::max(now, Time{}) / options.mesh.interval));
  }
  slots.Restore(state.slots);
  standing.Restore(state.slots);
  for (const auto& slot : state.slots) {
    last_token = std::max(last_token, slot.token);
    slots.SetCutOff(slot.node_id, true);
  }
}

void Schedule::State::SetWake(HostState& host, Time at) {
  if (host.wake == at) return;
  if (host.wake != Time::max()) wakes.erase({host.wake, &host});
  host.wake = at;
  if (at != Time::max()) wakes.emplace(at, &host);
}

void Schedule::State::WaitFor(const std::string& lock, const std::string& host) {
  auto& queue = waiting[lock];
  if (std::find(queue.begin(), queue.end(), host) == queue.end()) queue.push_back(host);
}

bool Schedule::State::LookAtRounds(HostState& host, Time now, Time* again) {
  for (size_t plan = 0; plan < host.plans.size(); ++plan) {
    if (host.plans[plan].round) *again = std::min(*again, Advance(host, plan, now));
  }
  bool has_round = false;
  for (size_t plan = 0; plan < host.plans.size(); ++plan) {
    auto& round = host.plans[plan].round;
    if (!round) {
      *again = std::min(*again, BeginIfDue(host, plan, now));
      // What has just begun has its first turn now.
      if (round) *again = std::min(*again, Advance(host, plan, now));
    }
    has_round = has_round || round.has_value();
  }
  return has_round;
}

void Schedule::State::Look(HostState& host, Time now) {
  SettleGrids(host);
  Time again = Time::max();
  const bool has_order = OfferOrders(host, now, &again);
  host.next_round = Time::max();
  if (has_order) {
    host.next_round = now;
  } else {
    const bool has_round = LookAtRounds(host, now, &again);
    if (!has_round) again = std::min(again, OfferNetwork(host, now));
  }
  SetWake(host, again == Time::max() ? again : std::max(again, Later(now, kLeastWait)));
  DropIfEmpty(host);
}

void Schedule::State::LookAtTouched(Time now) {
  while (!touched.empty()) {
    HostState& host = *touched.front();
    touched.pop_front();
    host.touched = false;
    Look(host, now);
  }
}

// Who waited for the lock, one after another, until one of them has it.
void Schedule::State::OfferFreed(const std::string& lock, Time now) {
  const auto queue = waiting.find(lock);
  if (queue == waiting.end()) return;
  auto waiters = std::move(queue->second);
  waiting.erase(queue);
  const bool is_host = hosts.contains(lock);
  while (!waiters.empty() && (is_host ? IsFreeForNetwork(lock, now) : !locks.IsLocked(lock))) {
    TouchNamed(waiters.front());
    waiters.pop_front();
    LookAtTouched(now);
  }
  for (const auto& waiter : waiters) WaitFor(lock, waiter);
}

std::optional<Slots::Given> Schedule::State::GiveSlot(const std::string& node_id, Time now) {
  const PlannedNode* node = FindNode(node_id);
  if (node == nullptr || !node->connected) return std::nullopt;
  auto given = slots.Give(node_id, node->facts.host, NextToken(now), now);
  if (given && given->changed) standing.Restore({given->slot});
  return given;
}

Actions Schedule::State::Act(Time now) {
  Expire(now);
  if (now >= next_sweep) {
    slots.Expire(now);
    standing.Expire(now);
    next_sweep = Later(now, kSweep);
  }
  ExpirePauses(now);
  while (!wakes.empty() && wakes.begin()->first <= now) {
    HostState& host = *wakes.begin()->second;
    SetWake(host, Time::max());
    Touch(host);
  }
  LookAtTouched(now);
  while (!freed.empty()) {
    const auto locked_before = std::move(freed);
    freed.clear();
    for (const auto& lock : locked_before) OfferFreed(lock, now);
  }
  return std::exchange(actions, {});
}

Time Schedule::State::NextWake(Time now) const {
  const bool has_actions =
      !actions.closed.empty() || !actions.revocations.empty() || !actions.grants.empty();
  if (has_actions || !touched.empty() || !freed.empty()) return now;
  Time next = Time::max();
  if (!wakes.empty()) next = std::min(next, wakes.begin()->first);
  if (!expiries.empty()) next = std::min(next, expiries.begin()->first);
  return std::max(next, now);
}

}  // namespace hypergauge::aggregator
