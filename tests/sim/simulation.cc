#include "tests/sim/simulation.h"

#include <algorithm>

#include "base/clock.h"

namespace hypergauge::sim {
namespace {

using aggregator::Grant;
using aggregator::LeaseOutcome;
using aggregator::PairKind;
using aggregator::Purpose;
using aggregator::Schedule;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kStart = std::chrono::days(20'454);  // 2026-01-01
constexpr Time kSlotCheck = std::chrono::hours(2);

PairKind KindOf(const Node& client, const Node& server) {
  if (client.is_host) return PairKind::kHostHost;
  if (server.is_host) return PairKind::kGuestHost;
  return client.host == server.host ? PairKind::kGuestSameHost : PairKind::kGuestOtherHost;
}

}  // namespace

Simulation::Simulation(const SimOptions& options)
    : options_(options),
      luck_(options.seed),
      fleet_(options, luck_),
      aggregator_(options),
      auditor_(fleet_),
      errors_(fleet_.nodes.size(), fleet_.hosts.size()),
      now_(kStart),
      end_(kStart + options.duration),
      rounds_(fleet_.hosts.size()) {}

Figures Simulation::Run() {
  const Time began = Clock::System().MonotonicRaw();
  aggregator_.Start(now_);
  for (auto& node : fleet_.nodes) {
    In(luck_.Between(Time{}, seconds(60)), [this, &node] { Connect(node); });
    In(luck_.Between(Time{}, kSlotCheck), [this, &node] { KeepSlotFresh(node); });
  }
  if (options_.faults) PlanFaults();
  Loop();
  Figures figures = Collect();
  figures.wall = ToSeconds(Clock::System().MonotonicRaw() - began);
  return figures;
}

void Simulation::Loop() {
  while (true) {
    const Time next = std::min(queue_.next(), wake_);
    if (next > end_) return;
    if (next < now_) ++figures_.violations["time ran backwards"];
    now_ = next;
    if (queue_.next() <= now_) {
      queue_.Take()();
    } else {
      wake_ = Time::max();
      dirty_ = true;
    }
    if (dirty_ && aggregator_.IsUp()) Act();
    dirty_ = false;
  }
}

void Simulation::Act() {
  const auto work = aggregator_.Act(now_);
  // A schedule that asks to be called at once, again and again, must not stop the clock.
  wake_ = std::max(work.next, now_ + milliseconds(1));
  for (const auto& closed : work.closed) Unlock(closed.lease_id);
  for (const auto& revocation : work.revocations) {
    Node& node = fleet_.nodes[fleet_.Find(revocation.node_id)];
    if (!node.seen) continue;
    const std::string lease_id = revocation.lease_id;
    Down(node, now_, [this, &node, lease_id] { OnRevocation(node, lease_id); });
  }
  for (const auto& grant : work.grants) {
    Granted(*grant);
    At(work.sent, [this, grant, era = era_] {
      if (era == era_ && aggregator_.IsUp()) Send(grant);
    });
  }
}

void Simulation::Granted(const Grant& grant) {
  Node& node = fleet_.nodes[fleet_.Find(grant.node_id)];
  if (!node.seen) ++figures_.violations["granted to a node that is not connected"];
  if (!grant.locks.empty() && grant.locks.front().host != fleet_.hosts[node.told_host]) {
    ++figures_.violations["granted for another host than the node's"];
  }
  node.granted[node.next_granted++ % node.granted.size()] = {grant.lease_id, now_};
  locks_[grant.lease_id] = {now_, grant.locks.size()};
  if (grant.purpose == Purpose::kRound && grant.pass == 1) NoteFirstPass(grant, node);
}

void Simulation::NoteFirstPass(const Grant& grant, const Node& node) {
  auto& round = rounds_[node.told_host];
  if (round.round != grant.round) {
    round.round = grant.round;
    const auto views = aggregator_.schedule().View(fleet_.hosts[node.told_host], now_);
    if (!views.empty() && !views.front().intervals.empty()) {
      round.effective = views.front().intervals.front().effective;
      effective_.push_back(static_cast<float>(ToSeconds(round.effective)));
    }
  }
  errors_.Began(static_cast<size_t>(&node - fleet_.nodes.data()),
                static_cast<size_t>(node.told_host), grant.start, round.effective);
}

// The grant is durable now.
void Simulation::Send(const SharedGrant& shared) {
  const Grant& grant = *shared;
  const bool held =
      aggregator_.Ask([&](Schedule& schedule) { return schedule.IsHeld(grant.lease_id); });
  Node& node = fleet_.nodes[fleet_.Find(grant.node_id)];
  if (!held && !options_.tamper) return;
  if (aggregator_.Ask([&](Schedule& schedule) { return schedule.IsRevoked(grant.lease_id); })) {
    // Its revocation went before it, to a probe that knew nothing of it.
    Ended(node, grant, LeaseOutcome::kRevoked, "lost");
    return;
  }
  aggregator_.Sent(grant);
  if (!node.seen) {
    Ended(node, grant, LeaseOutcome::kLost, "disconnected");
    return;
  }
  const Time sent = now_;
  Down(node, now_, [this, &node, shared, sent] { OnLease(node, shared, sent); });
}

void Simulation::Ended(Node& node, const Grant& grant, LeaseOutcome outcome,
                       const std::string& cause) {
  Unlock(grant.lease_id);
  const bool held = aggregator_.End(node.id, grant.lease_id, outcome, cause, now_);
  dirty_ = true;
  if (!held || outcome != LeaseOutcome::kCompleted) return;
  ++figures_.ended_completed;
  if (grant.purpose != Purpose::kNetwork) return;
  const Node& server = fleet_.nodes[fleet_.Find(grant.peer_node_id)];
  ++figures_.network[static_cast<size_t>(KindOf(node, server))];
}

void Simulation::Unlock(const std::string& lease_id) {
  const auto lock = locks_.find(lease_id);
  if (lock == locks_.end()) return;
  const double held = ToSeconds(now_ - lock->second.since);
  held_ += held;
  ++leases_;
  locked_ += held * static_cast<double>(lock->second.hosts);
  locks_.erase(lock);
}

void Simulation::GiveSlot(Node& node) {
  const auto given = aggregator_.GiveSlot(node.id, now_);
  dirty_ = true;
  if (!given) return;
  At(given->second, [this, &node, slot = given->first, session = node.session] {
    if (!node.seen || node.session != session) return;
    Down(node, now_, [&node, slot] { node.slot = slot; });
  });
}

void Simulation::KeepSlotFresh(Node& node) {
  if (!node.alive) return;
  if (node.seen && aggregator_.IsUp()) GiveSlot(node);
  In(kSlotCheck, [this, &node] { KeepSlotFresh(node); });
}

void Simulation::Disconnected(Node& node) {
  if (!node.seen || !aggregator_.IsUp()) return;
  node.seen = false;
  aggregator_.Ask([&](Schedule& schedule) { schedule.Disconnect(node.id, now_); });
  dirty_ = true;
}

Figures Simulation::Collect() {
  while (!locks_.empty()) Unlock(std::string(locks_.begin()->first));
  aggregator_.Finish(figures_);
  auditor_.Finish(figures_);
  const auto schedule_options = ScheduleOptionsOf(options_);
  figures_.options = options_;
  figures_.interval = schedule_options.plans.front().interval;
  figures_.lease = LeaseOf(schedule_options.plans.front());
  figures_.duty = schedule_options.host_duty;
  const auto seconds_of = [](double value) { return Time(static_cast<int64_t>(value * 1e9)); };
  figures_.effective = seconds_of(Distribute(effective_).median);
  figures_.mean_turn = seconds_of(turns_ == 0 ? 0 : measured_ / static_cast<double>(turns_));
  figures_.mean_lock = seconds_of(leases_ == 0 ? 0 : held_ / static_cast<double>(leases_));
  figures_.occupancy =
      locked_ / (ToSeconds(options_.duration) * static_cast<double>(fleet_.hosts.size()));
  figures_.interval_error = errors_.Result();
  figures_.jain = errors_.Jain();
  return std::move(figures_);
}

}  // namespace hypergauge::sim
