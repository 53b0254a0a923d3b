#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// When rounds begin and end.
namespace hypergauge::aggregator {
namespace {

constexpr uint64_t kMostSkipped = 100'000;  // so many are told, whatever the clock does

// How many rounds went by from `first`, which was due, until the one that begins now. A round that
// is due out of its hours is due when they begin, and so are all that fall into the time between.
uint64_t SkippedInside(const std::vector<DailyWindow>& hours, Time first, Time interval, Time now) {
  uint64_t rounds = 0;
  for (Time due = first; due <= now && rounds <= kMostSkipped;) {
    const Time begins = NextInside(hours, due);
    if (begins > now) break;
    ++rounds;
    due = Later(due, ((begins - due) / interval + 1) * interval);
  }
  return rounds == 0 ? 0 : rounds - 1;
}

}  // namespace

Time Schedule::State::BeginIfDue(HostState& host, size_t plan, Time now) {
  auto& state = host.plans[plan];
  const auto all = NodesFor(host, plan);
  if (all.empty()) return Time::max();
  if (!state.grid) {
    state.grid = now;
    UpdateIntervals(host);
  }
  std::vector<PlannedNode*> due;
  Time soonest = Time::max();
  for (auto* node : all) {
    const Time at = DueOf(state, node->plans[plan]);
    soonest = std::min(soonest, at);
    if (at <= now) due.push_back(node);
  }
  host.next_round = std::min(host.next_round, soonest);
  if (due.empty()) {
    state.put_off = {};
    return soonest;
  }
  const bool is_regular = *state.grid <= now;
  if (!is_regular) {
    Time length{};
    for (const auto* node : due) length += 2 * CycleOf(*node, plan);
    if (all.front()->facts.is_host && due.front() != all.front()) {
      length += 2 * CycleOf(*all.front(), plan);
    }
    if (Later(now, length) > *state.grid) return *state.grid;
  }
  if (const auto at = MustWait(host, plan, all, now)) return *at;
  if (is_regular) {
    BeginRegular(host, plan, all, now);
  } else {
    Open(host, plan, all, due, Purpose::kMakeUp, now);
  }
  return state.round ? Time::max() : *state.grid;
}

std::optional<Time> Schedule::State::MustWait(HostState& host, size_t plan,
                                              const std::vector<PlannedNode*>& all, Time now) {
  auto& state = host.plans[plan];
  const auto& hours = options.plans[plan].hours;
  // Rounds belong into their hours: waiting for them is no deferral.
  if (!hours.empty() && !IsInside(hours, now)) return NextInside(hours, now);
  if (const auto obstacle = ObstacleOf(host.name, now, CycleOf(*all.front(), plan))) {
    state.put_off.Count(obstacle->reason, counts.deferred);
    return obstacle->until;
  }
  if (!IsTaken(host, plan, all)) return std::nullopt;
  state.put_off.Count(Reason::kHostLocked, counts.deferred);
  return Time::max();  // looked at again when the lock or the round is over
}

bool Schedule::State::IsTaken(const HostState& host, size_t plan,
                              const std::vector<PlannedNode*>& all) const {
  const bool is_locked = locks.IsLocked(host.name);
  const bool has_round =
      std::any_of(host.plans.begin(), host.plans.end(),
                  [](const PlanState& other) { return other.round.has_value(); });
  if (!is_locked && !has_round) return false;
  if (options.classes.empty()) return true;
  // Whichever benchmarks it is going to draw.
  Work strictest;
  strictest.lock_class = LockClass::kBackground;
  strictest.resources = 0;
  for (const auto* node : all) {
    const auto& chosen = options.plans[plan];
    const auto& has = node->facts.benchmarks;
    const auto work =
        WorkOf(has, chosen.benchmarks.empty() ? SuiteOf(has, chosen.suite) : chosen.benchmarks,
               options.classes);
    strictest.lock_class = std::min(strictest.lock_class, work.lock_class);
    strictest.resources |= work.resources;
  }
  if (!locks.CanAcquire(strictest.lock_class, {{host.name, strictest.resources}})) return true;
  return std::any_of(host.plans.begin(), host.plans.end(), [&](const PlanState& other) {
    return other.round && Conflict(other.round->lock_class, other.round->resources,
                                   strictest.lock_class, strictest.resources);
  });
}

void Schedule::State::BeginRegular(HostState& host, size_t plan,
                                   const std::vector<PlannedNode*>& all, Time now) {
  auto& state = host.plans[plan];
  UpdateIntervals(host);
  const Time interval = state.effective.interval;
  const Time limit = Later(std::max(*state.grid, now), interval / 4);
  std::vector<PlannedNode*> sharing;
  for (auto* node : all) {
    const auto& due = node->plans[plan].due;
    if (!due || *due <= limit) sharing.push_back(node);
  }
  Time next = Later(*state.grid, interval);
  uint64_t skipped = 0;
  if (next <= now) {
    const auto behind = (now - next) / interval + 1;
    next += behind * interval;
    const auto& hours = options.plans[plan].hours;
    skipped = hours.empty() ? static_cast<uint64_t>(behind)
                            : SkippedInside(hours, *state.grid, interval, now);
  }
  CountMissed(host, plan, limit, skipped, now);
  state.base = next - interval;
  state.grid = next;
  state.began = true;
  // Quarters take turns on every host, whatever number its rounds have.
  state.cycles = state.cycles == 0 ? last_round + 1 : state.cycles + 1;
  state.put_off = {};
  if (!sharing.empty()) Open(host, plan, all, sharing, Purpose::kRound, now);
}

// What the new round replaces is not made up any more.
void Schedule::State::CountMissed(HostState& host, size_t plan, Time limit, uint64_t skipped,
                                  Time now) {
  const auto& state = host.plans[plan];
  // Rounds that fell into the time before this aggregator were not put off by what it found.
  const auto last = state.began ? state.put_off.last() : Reason::kNone;
  const auto why = last == Reason::kNone ? Reason::kDisconnected : last;
  for (const auto& node_id : host.node_ids) {
    PlannedNode& node = nodes.at(node_id);
    auto& progress = node.plans[plan];
    const bool is_expected = !progress.due || *progress.due <= limit;
    if (!is_expected || !progress.able) continue;
    if (skipped > 0 && !progress.due) counts.missed[NameOf(why)] += skipped;
    if (progress.owes != Reason::kNone) ++counts.missed[NameOf(progress.owes)];
    progress.owes = Reason::kNone;
    if (node.connected) continue;
    ++counts.deferred[NameOf(Reason::kDisconnected)];
    progress.owes = Reason::kDisconnected;
    progress.due = now;
    progress.patient = false;
  }
}

void Schedule::State::Open(HostState& host, size_t plan, const std::vector<PlannedNode*>& all,
                           const std::vector<PlannedNode*>& sharing, Purpose purpose, Time now) {
  auto& state = host.plans[plan];
  const PlannedNode* own = all.front()->facts.is_host ? all.front() : nullptr;
  std::vector<std::string> guests;
  std::vector<BenchmarkSet> sets;
  for (auto* node : sharing) {
    if (node != own) guests.push_back(node->facts.node_id);
    sets.push_back(node->facts.benchmarks);
    auto& progress = node->plans[plan];
    progress.last = now;
    progress.restored = false;
  }
  if (own != nullptr) sets.push_back(own->facts.benchmarks);
  if (state.cycles == 0) state.cycles = last_round + 1;
  const uint64_t number = ++last_round;
  Round& round = state.round.emplace(
      number, purpose, TurnsOfRound(own == nullptr ? "" : own->facts.node_id, guests));
  round.began = now;
  round.benchmarks = SelectBenchmarks(options.plans[plan], sets, state.cycles, number);
  round.lock_class = LockClass::kBackground;
  round.resources = 0;
  for (const auto& set : sets) {
    if (round.FindWork(set) != nullptr) continue;
    const auto& work =
        round.works.emplace_back(set, WorkOf(set, round.benchmarks, options.classes)).second;
    round.lock_class = std::min(round.lock_class, work.lock_class);
    round.resources |= work.resources;
  }
  for (const auto* node : sharing) round.shares[node->facts.node_id];
  counts.planned += round.turns().size();
  state.put_off = {};
}

std::optional<Time> Schedule::State::MakeUpTime(const HostState& host, size_t plan,
                                                const PlannedNode& node, Time now) {
  const auto& state = host.plans[plan];
  Time at = Later(now, Backoff(node.plans[plan].failures, state.effective.interval / 2));
  at = std::max({at, node.spent_until, host.spent_until});
  const int passes = node.facts.is_host ? 1 : 2;
  Time longest = passes * CycleOf(node, plan);
  Time round = longest;
  const auto all = NodesFor(host, plan);
  if (passes == 2 && !all.empty() && all.front()->facts.is_host) {
    const auto& own = *all.front();
    at = std::max(at, own.spent_until);
    longest = std::max(longest, 2 * CycleOf(own, plan));
    round += 2 * CycleOf(own, plan);
  }
  // The regular round must not come before its turns are within the duty.
  const Time room = std::max(TimeAt(longest, options.node_duty), TimeAt(round, options.host_duty));
  if (!state.grid || Later(at, room) > *state.grid) return std::nullopt;
  return at;
}

void Schedule::State::CloseRound(HostState& host, size_t plan, Time now) {
  auto& state = host.plans[plan];
  const Round round = std::move(*state.round);
  state.round.reset();
  for (const auto& [node_id, share] : round.shares) {
    PlannedNode* node = FindNode(node_id);
    if (node == nullptr) continue;
    auto& progress = node->plans[plan];
    if (share.done) {
      PlanNext(host, plan, *node);
      if (!node->network_due) node->network_due = now;
      continue;
    }
    progress.owes = share.why;
    if (share.why == Reason::kNone) progress.owes = round.turn_put_off.last();
    if (progress.owes == Reason::kNone) progress.owes = round.put_off.last();
    if (progress.owes == Reason::kNone) progress.owes = Reason::kError;
    ++progress.failures;
    progress.due = MakeUpTime(host, plan, *node, now);
    progress.patient = false;
  }
  host.network_wake = {};
  if (waiting.contains(host.name)) freed.push_back(host.name);
}

}  // namespace hypergauge::aggregator
