#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sim/aggregator_model.h"
#include "tests/sim/auditor.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/figures.h"
#include "tests/sim/fleet.h"
#include "tests/sim/interval_errors.h"

namespace hypergauge::sim {

/// The real schedule on a simulated clock, among simulated probes that obey the protocol and
/// networks, machines and people that do not. The same options give the same figures, but for the
/// times that the computation took.
class Simulation {
 public:
  /// `options` have passed CheckSimOptions.
  explicit Simulation(const SimOptions& options);
  [[nodiscard]] Figures Run();

 private:
  using Event = EventQueue::Event;
  struct HostRound {
    uint64_t round = 0;
    Time effective{};
  };
  struct Lock {
    Time since{};
    size_t hosts = 0;
  };

  // --- simulation.cc: time, and the aggregator ---
  void In(Time wait, Event event) { queue_.Put(now_ + wait, std::move(event)); }
  void At(Time at, Event event) { queue_.Put(at, std::move(event)); }
  void Loop();
  void Act();
  void Granted(const aggregator::Grant& grant);
  void NoteFirstPass(const aggregator::Grant& grant, const Node& node);
  void Send(const aggregator::Grant& grant);
  void Ended(Node& node, const aggregator::Grant& grant, aggregator::LeaseOutcome outcome,
             const std::string& cause);
  void Unlock(const std::string& lease_id);
  void GiveSlot(Node& node);
  void KeepSlotFresh(Node& node);
  void Disconnected(Node& node);
  Figures Collect();

  // --- probe_side.cc: what probes do ---
  Time Latency();
  /// A message on the node's stream, to the probe or to the aggregator; lost with the stream.
  void Down(Node& node, Time sent, Event arrives);
  void Up(Node& node, Event arrives);
  void Connect(Node& node);
  void OnLease(Node& node, const aggregator::Grant& grant, Time sent);
  void OnRevocation(Node& node, const std::string& lease_id);
  void Begin(Node& node, Turn turn, Time length);
  void Stop(Node& node);
  void Report(Node& node, const Turn& turn);
  void Refuse(Node& node, const aggregator::Grant& grant);
  void LoseStream(Node& node);
  void WaitForSlot(Node& node);
  void BeginSlot(Node& node, Time begin);

  // --- faults.cc: what goes wrong, and what people do ---
  void PlanFaults();
  void Often(Time mean, const std::function<void()>& event);
  void Crash();
  void CutOff(Node& node);
  void RestartProbe(Node& node);
  void Die(Node& node);
  void Migrate(Node& node);
  void Tell(Node& node);
  void PauseFleet();
  void PauseHost();
  void RunNow();

  SimOptions options_;
  Luck luck_;
  Fleet fleet_;
  AggregatorModel aggregator_;
  Auditor auditor_;
  IntervalErrors errors_;
  EventQueue queue_;
  Time now_{};
  Time end_{};
  Time wake_ = Time::max();
  bool dirty_ = false;
  uint64_t era_ = 0;  // counts the aggregators
  uint64_t last_serial_ = 0;
  std::vector<HostRound> rounds_;  // by host
  std::unordered_map<std::string, Lock> locks_;
  double locked_ = 0;    // host seconds
  double measured_ = 0;  // seconds
  double held_ = 0;      // seconds
  uint64_t turns_ = 0;
  uint64_t leases_ = 0;
  std::vector<float> effective_;  // seconds
  Figures figures_;
};

}  // namespace hypergauge::sim
