// What probes do: they obey the protocol, by clocks of their own.
#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "tests/sim/simulation.h"

namespace hypergauge::sim {
namespace {

using aggregator::ActiveLease;
using aggregator::Grant;
using aggregator::LeaseOutcome;
using aggregator::Purpose;
using aggregator::Schedule;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kBusy = 0.02;
constexpr double kAborts = 0.005;
constexpr double kHoldsToTheEnd = 0.003;
constexpr Time kUncertainty = milliseconds(5);

Time Scale(Time duration, double factor) {
  return Time(std::llround(static_cast<double>(duration.count()) * factor));
}

}  // namespace

// 2 to 100 ms; most messages are fast.
Time Simulation::Latency() {
  return Scale(milliseconds(2), std::pow(50.0, luck_.Between(0.0, 1.0)));
}

void Simulation::Down(Node& node, Time sent, Event arrives) {
  node.last_down = std::max(sent + Latency(), node.last_down + Time(1));
  At(node.last_down, [&node, session = node.session, arrives = std::move(arrives)] {
    if (node.alive && node.running && node.reachable && node.session == session) arrives();
  });
}

void Simulation::Up(Node& node, Event arrives) {
  node.last_up = std::max(now_ + Latency(), node.last_up + Time(1));
  At(node.last_up, [this, &node, session = node.session, era = era_, arrives = std::move(arrives)] {
    if (node.reachable && node.session == session && era == era_ && aggregator_.IsUp()) arrives();
  });
}

void Simulation::Connect(Node& node) {
  if (!node.alive || !node.running || !node.reachable || node.online) return;
  if (!aggregator_.IsUp()) {
    In(luck_.Between(seconds(1), seconds(30)), [this, &node] { Connect(node); });
    return;
  }
  // A new stream of a node ends the old one.
  Disconnected(node);
  ++node.session;
  node.online = true;
  node.seen = true;
  node.told_host = node.host;
  node.told_at = now_;
  node.clock.exchanged = now_;
  ActiveLease active;
  if (node.turn) {
    node.turn->told = std::min(node.turn->told, now_);
    const Grant& grant = node.turn->grant;
    active = {grant.lease_id, grant.fencing_token, node.turn->stop - now_};
    if (node.turn->in_slot) active.lease_id = "slot-" + std::to_string(grant.fencing_token);
  }
  aggregator_.Ask([&](Schedule& schedule) {
    schedule.Connect(fleet_.FactsOf(node), node.turn ? &active : nullptr, now_);
  });
  for (const auto& report : node.spool) auditor_.Add(report);
  node.spool.clear();
  GiveSlot(node);
}

void Simulation::OnLease(Node& node, const Grant& grant, Time sent) {
  if (node.turn || (options_.faults && luck_.Happens(kBusy))) {
    Refuse(node, grant);
    return;
  }
  Turn turn;
  turn.grant = grant;
  turn.stop = now_ + node.clock.Takes(grant.end - sent);
  const Time usual = grant.purpose == Purpose::kNetwork ? options_.cycle / 2 : options_.cycle;
  Time length = Scale(usual, luck_.Between(0.85, 1.15));
  if (options_.faults && luck_.Happens(kAborts)) {
    length = Scale(length, luck_.Between(0.0, 1.0));
    turn.outcome = LeaseOutcome::kAborted;
    turn.cause = "error";
    ++figures_.faults.aborted;
  } else if (options_.faults && luck_.Happens(kHoldsToTheEnd)) {
    length = turn.stop - now_;
    ++figures_.faults.held_to_the_end;
  }
  if (length >= turn.stop - now_ || turn.outcome != LeaseOutcome::kCompleted) {
    errors_.NodeFault(static_cast<size_t>(&node - fleet_.nodes.data()));
  }
  Begin(node, std::move(turn), length);
}

void Simulation::Refuse(Node& node, const Grant& grant) {
  ++figures_.faults.busy;
  errors_.NodeFault(static_cast<size_t>(&node - fleet_.nodes.data()));
  Up(node, [this, &node, grant] { Ended(node, grant, LeaseOutcome::kRefused, "busy"); });
}

void Simulation::OnRevocation(Node& node, const std::string& lease_id) {
  if (!node.turn || node.turn->grant.lease_id != lease_id) return;
  node.turn->outcome = LeaseOutcome::kRevoked;
  node.turn->cause = "revoked";
  errors_.NodeFault(static_cast<size_t>(&node - fleet_.nodes.data()));
  Stop(node);
}

void Simulation::Begin(Node& node, Turn turn, Time length) {
  turn.serial = ++last_serial_;
  turn.begun = now_;
  if (fleet_.hosts[node.host] != turn.grant.locks.front().host) {
    turn.moved = now_;
    if (node.told_host == node.host) turn.told = node.told_at;
  }
  const Time until = std::min(now_ + std::max(length, Time{}), turn.stop);
  node.turn = std::move(turn);
  At(until, [this, &node, serial = last_serial_] {
    if (node.turn && node.turn->serial == serial && node.running && node.alive) Stop(node);
  });
}

void Simulation::Stop(Node& node) {
  const Turn turn = std::move(*node.turn);
  node.turn.reset();
  Report(node, turn);
  measured_ += ToSeconds(now_ - turn.begun);
  ++turns_;
  const std::string lease_id = turn.grant.lease_id;
  if (node.online) {
    Up(node, [this, &node, turn] {
      for (const auto& report : node.spool) auditor_.Add(report);
      node.spool.clear();
      aggregator_.Ask([&](Schedule& schedule) {
        schedule.Charge(turn.grant.locks.front().host, {ToSeconds(options_.cycle), 0, 0}, now_);
      });
      Ended(node, turn.grant, turn.outcome, turn.cause);
    });
  } else if (turn.in_slot) {
    WaitForSlot(node);
  }
}

// Moments are told as well as the probe knows the aggregator's clock.
void Simulation::Report(Node& node, const Turn& turn) {
  sim::Report report;
  auto& interval = report.interval;
  interval.node_id = node.id;
  interval.lease_id = turn.grant.lease_id;
  interval.locks = turn.grant.locks;
  interval.lock_class = turn.grant.lock_class;
  interval.uncertainty = kUncertainty;
  interval.start = turn.begun + luck_.Between(-kUncertainty, kUncertainty);
  interval.end = std::max(interval.start, now_ + luck_.Between(-kUncertainty, kUncertainty));
  if (fleet_.hosts[node.host] != interval.locks.front().host) {
    report.elsewhere = fleet_.hosts[node.host];
    report.since = turn.moved;
    report.told = turn.told;
  }
  node.spool.push_back(std::move(report));
}

void Simulation::LoseStream(Node& node) {
  if (!node.online) return;
  node.online = false;
  ++node.session;
  ++node.cut;
  node.cut_since = now_;
  errors_.NodeFault(static_cast<size_t>(&node - fleet_.nodes.data()));
  In(node.clock.Takes(ScheduleOptionsOf(options_).offline.after), [this, &node, cut = node.cut] {
    if (node.cut == cut) WaitForSlot(node);
  });
}

// The probe knows no other clock than its own.
void Simulation::WaitForSlot(Node& node) {
  if (!node.alive || !node.running || node.online || !node.slot) return;
  const auto& slot = *node.slot;
  const Time shown = node.clock.Shows(now_);
  const Time begin = shown + slot.period - (shown - slot.offset) % slot.period;
  if (begin + slot.length > slot.valid_until) return;
  At(node.clock.When(begin), [this, &node, begin, cut = node.cut] {
    if (node.cut == cut && node.alive && node.running && !node.online) BeginSlot(node, begin);
  });
}

void Simulation::BeginSlot(Node& node, Time begin) {
  if (node.turn) {
    WaitForSlot(node);
    return;
  }
  const auto& slot = *node.slot;
  Turn turn;
  turn.in_slot = true;
  turn.stop = node.clock.When(begin + slot.length);
  turn.grant.fencing_token = slot.token;
  turn.grant.node_id = node.id;
  // What a probe runs in its slot at another time is another interval.
  turn.grant.lease_id =
      "slot-" + std::to_string(slot.token) + "/" + std::to_string(begin / slot.period);
  turn.grant.purpose = Purpose::kOffline;
  turn.grant.locks = {aggregator::HostLock{slot.host}};
  ++figures_.offline;
  const bool to_the_end = luck_.Happens(0.1);
  const Time length =
      to_the_end ? slot.length * 2 : Scale(options_.cycle, luck_.Between(0.85, 1.15));
  Begin(node, std::move(turn), length);
}

}  // namespace hypergauge::sim
