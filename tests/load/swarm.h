#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "hypergauge/v1/session.grpc.pb.h"
#include "tests/load/runs.h"

namespace hypergauge::load {

/// What all probes together did until now.
struct SwarmFigures {
  size_t nodes = 0;
  uint64_t connected = 0;  ///< now
  uint64_t welcomed = 0;   ///< each time that a stream began
  uint64_t leases = 0;
  uint64_t runs = 0;
  uint64_t acknowledged = 0;
  uint64_t rejected = 0;
  uint64_t broken = 0;      ///< welcomed streams that ended although nobody stopped them
  std::string first_error;  ///< of those that the aggregator will never take; empty for none
};

/// The fleet's probes: many streams over a few connections. They take leases and answer with
/// simulated runs, come back when their stream breaks, and end when this is destroyed.
/// Threads: gRPC's, and one that does what is due.
class Swarm {
 public:
  /// `model` and its fleet must outlive it. Begins at once.
  Swarm(const FigureModel& model, const std::vector<Slowdown>& slowdowns,
        const ProbesOptions& options);
  ~Swarm();
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  [[nodiscard]] SwarmFigures Figures() const;

 private:
  class Stream;
  struct Probe;
  using Moment = std::chrono::steady_clock::time_point;
  struct Due {
    Moment at;
    uint64_t order = 0;  // of two at one moment the first comes first
    std::function<void()> act;
    bool operator>(const Due& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void Plan(std::chrono::nanoseconds wait, std::function<void()> act);
  void Work(const std::stop_token& ending);
  void Connect(Probe& probe);
  // What a stream hears, on gRPC's threads.
  void Heard(Probe& probe, const v1::AggregatorMessage& message);
  void Ended(Probe& probe, const grpc::Status& status, bool was_welcomed);
  // On the thread that does what is due.
  void Begin(Probe& probe, const v1::Lease& lease);
  void StartRun(Probe& probe);
  void FinishRun(Probe& probe);
  void EndLease(Probe& probe, v1::LeaseEnd::Outcome outcome, v1::LeaseEnd::Cause cause);

  const FigureModel& model_;
  const std::vector<Slowdown>& slowdowns_;
  const ProbesOptions options_;
  std::vector<std::unique_ptr<v1::ProbeService::Stub>> stubs_;
  std::vector<std::unique_ptr<Probe>> probes_;

  mutable std::mutex figures_mutex_;  // guards figures_
  SwarmFigures figures_;

  std::atomic<bool> stopping_ = false;
  std::mutex due_mutex_;  // guards due_ and planned_
  std::condition_variable_any wake_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  uint64_t planned_ = 0;
  std::jthread worker_;  // the last one: it stops before all others go
};

}  // namespace hypergauge::load
