// What goes wrong, and what people do.
#include <algorithm>

#include "tests/sim/simulation.h"

namespace hypergauge::sim {
namespace {

using aggregator::PauseState;
using aggregator::Schedule;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Between two of them: of the aggregator and of people, and of each node.
constexpr Time kCrashes = hours(8);
constexpr Time kFleetPauses = days(1);
constexpr Time kHostPauses = minutes(30);
constexpr Time kOrders = minutes(5);
constexpr Time kCuts = days(3);
constexpr Time kProbeRestarts = days(5);
constexpr Time kDeaths = days(200);
constexpr Time kMigrations = days(2);

constexpr double kDiesUnderLease = 0.5;

}  // namespace

void Simulation::PlanFaults() {
  Often(kCrashes, [this] { Crash(); });
  Often(kFleetPauses, [this] { PauseFleet(); });
  Often(kHostPauses, [this] { PauseHost(); });
  Often(kOrders, [this] { RunNow(); });
  for (auto& node : fleet_.nodes) {
    Often(kCuts, [this, &node] { CutOff(node); });
    Often(kProbeRestarts, [this, &node] { RestartProbe(node); });
    Often(kDeaths, [this, &node] { Die(node); });
    if (!node.is_host) Often(kMigrations, [this, &node] { Migrate(node); });
  }
}

void Simulation::Often(Time mean, const std::function<void()>& event) {
  In(luck_.Wait(mean), [this, mean, event] {
    event();
    Often(mean, event);
  });
}

void Simulation::Crash() {
  if (!aggregator_.IsUp()) return;
  ++figures_.faults.crashes;
  errors_.GlobalFault();
  aggregator_.Crash(now_);
  ++era_;
  wake_ = Time::max();
  // Now and then it stays away for longer than the probes wait for their slots.
  const Time down = luck_.Happens(0.3) ? luck_.Between(minutes(10), hours(3))
                                       : luck_.Between(seconds(2), minutes(2));
  for (auto& node : fleet_.nodes) {
    node.seen = false;
    if (!node.alive || !node.online) continue;
    In(Latency(), [this, &node, session = node.session] {
      if (node.session != session) return;
      LoseStream(node);
      In(luck_.Between(milliseconds(500), seconds(30)), [this, &node] { Connect(node); });
    });
  }
  In(down, [this] {
    aggregator_.Start(now_);
    dirty_ = true;
  });
}

void Simulation::CutOff(Node& node) {
  if (!node.alive || !node.reachable) return;
  ++figures_.faults.cuts;
  node.reachable = false;
  const auto session = node.session;
  In(luck_.Between(seconds(1), seconds(30)), [this, &node, session] {
    if (node.session == session) LoseStream(node);
  });
  In(luck_.Between(seconds(5), seconds(40)), [this, &node, session, era = era_] {
    const bool same = node.session == session || (node.session == session + 1 && !node.online);
    if (same && era == era_) Disconnected(node);
  });
  const Time length = luck_.Happens(0.5) ? luck_.Between(seconds(1), minutes(5))
                                         : luck_.Between(minutes(5), hours(8));
  In(length, [this, &node] {
    node.reachable = true;
    // The old stream does not come back to life.
    LoseStream(node);
    In(luck_.Between(Time{}, seconds(30)), [this, &node] { Connect(node); });
  });
}

void Simulation::RestartProbe(Node& node) {
  if (!node.alive || !node.running) return;
  ++figures_.faults.probe_restarts;
  LoseStream(node);
  node.running = false;
  node.turn.reset();
  if (node.reachable) {
    In(Latency(), [this, &node, session = node.session, era = era_] {
      if (node.session == session && era == era_) Disconnected(node);
    });
  }
  In(luck_.Between(seconds(1), minutes(1)), [this, &node, session = node.session] {
    node.running = true;
    if (node.session == session) {
      ++node.cut;
      In(node.clock.Takes(ScheduleOptionsOf(options_).offline.after),
         [this, &node, cut = node.cut] {
           if (node.cut == cut) WaitForSlot(node);
         });
    }
    Connect(node);
  });
}

void Simulation::Die(Node& node) {
  if (!node.alive) return;
  if (!node.turn && luck_.Happens(kDiesUnderLease)) {
    In(seconds(1), [this, &node] { Die(node); });
    return;
  }
  ++figures_.faults.deaths;
  errors_.NodeFault(static_cast<size_t>(&node - fleet_.nodes.data()));
  errors_.HostFault(static_cast<size_t>(node.host));
  node.alive = false;
  node.turn.reset();
  node.slot.reset();
  In(luck_.Between(seconds(5), seconds(40)), [this, &node] { Disconnected(node); });
  In(hours(1), [this, &node] {
    if (!aggregator_.IsUp()) return;
    aggregator_.Ask([&](Schedule& schedule) { schedule.Forget(node.id, now_); });
    dirty_ = true;
  });
}

void Simulation::Migrate(Node& node) {
  if (!node.alive || fleet_.hosts.size() < 2) return;
  ++figures_.faults.migrations;
  errors_.NodeFault(static_cast<size_t>(&node - fleet_.nodes.data()));
  const auto count = fleet_.hosts.size();
  node.host =
      static_cast<int>((static_cast<size_t>(node.host) + 1 + luck_.Below(count - 1)) % count);
  if (node.turn) node.turn->moved = std::min(node.turn->moved, now_);
  // What the probe notices, and what the hosts' lists of guests say, takes a moment.
  In(luck_.Between(milliseconds(200), seconds(3)), [this, &node] { Tell(node); });
}

void Simulation::Tell(Node& node) {
  if (node.told_host == node.host) return;
  errors_.HostFault(static_cast<size_t>(node.told_host));
  errors_.HostFault(static_cast<size_t>(node.host));
  if (!node.seen || !node.online || !node.reachable || !aggregator_.IsUp()) return;
  node.told_host = node.host;
  node.told_at = now_;
  if (node.turn) node.turn->told = std::min(node.turn->told, now_);
  aggregator_.Ask([&](Schedule& schedule) {
    schedule.Move(node.id, fleet_.hosts[node.host], node.is_host, now_);
  });
  GiveSlot(node);
}

void Simulation::PauseFleet() {
  if (!aggregator_.IsUp()) return;
  ++figures_.faults.pauses;
  errors_.GlobalFault();
  aggregator_.Pause({"", now_, now_ + minutes(30), "maintenance"}, now_);
  dirty_ = true;
  if (luck_.Happens(0.5)) return;  // it ends by itself
  In(luck_.Between(seconds(10), minutes(20)), [this] {
    if (!aggregator_.IsUp()) return;
    errors_.GlobalFault();
    aggregator_.Resume("", now_);
    dirty_ = true;
  });
}

void Simulation::PauseHost() {
  if (!aggregator_.IsUp()) return;
  ++figures_.faults.pauses;
  const size_t host = luck_.Below(fleet_.hosts.size());
  errors_.HostFault(host);
  aggregator_.Pause({fleet_.hosts[host], now_, now_ + luck_.Between(minutes(1), hours(1)), "work"},
                    now_);
  dirty_ = true;
  In(minutes(20), [this, host] {
    errors_.HostFault(host);
    if (!aggregator_.IsUp()) return;
    aggregator_.Resume(fleet_.hosts[host], now_);
    dirty_ = true;
  });
}

void Simulation::RunNow() {
  if (!aggregator_.IsUp()) return;
  const Node& node = fleet_.nodes[luck_.Below(fleet_.nodes.size())];
  const auto order = aggregator_.Ask(
      [&](Schedule& schedule) { return schedule.RunNow(node.id, "light", {}, now_); });
  dirty_ = true;
  if (!order) return;
  ++figures_.faults.run_now;
  errors_.HostFault(static_cast<size_t>(node.told_host));
}

}  // namespace hypergauge::sim
