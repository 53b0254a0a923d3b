#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "hypergauge/v1/benchmark.pb.h"
#include "probes/agent/agent.h"
#include "probes/agent/identity.h"
#include "probes/agent/lease_runner.h"
#include "probes/clock_meter.h"
#include "probes/cycle.h"
#include "probes/day_ledger.h"
#include "probes/interference.h"

namespace hypergauge::probes {

/// What came of a cycle's benchmarks.
struct CycleTally {
  int runs = 0;
  int broken_off = 0;   ///< of them, by the load of others
  int over_budget = 0;  ///< left out, for the day's ceilings
  std::string last_reason;

  void Add(const v1::Run& run);
  void AddDeferred(const Error& why);
};

/// How a lease ends after RunCycle.
[[nodiscard]] LeaseResult LeaseResultOf(const Result<void>& done, const CycleTally& tally);

/// Turns leases into cycles. Threads: one lease at a time, from the runner's.
class Measurer {
 public:
  /// digest: of the environment as it was read last; see CycleRequest.
  Measurer(AgentOptions options, std::vector<v1::BenchmarkDescriptor> benchmarks, DayLedger ledger,
           std::function<std::string()> digest, RandomBits random);

  /// Before the first lease.
  void CompareClocksWith(ReferenceClock& reference) { clocks_.CompareWith(reference); }

  /// Measures what the lease asks for. It is refused in quiet hours, while others keep the machine
  /// busy, for what is unknown here, and when the day's ceilings leave nothing to run; it is
  /// aborted when production load broke all of its runs off.
  LeaseResult operator()(const HeldLease& held, CycleObserver observer,
                         const std::stop_token& stop);

 private:
  [[nodiscard]] tl::expected<std::vector<std::string>, LeaseFailure> Select(const v1::Lease& lease);
  [[nodiscard]] CycleRequest RequestOf(const HeldLease& held) const;

  const AgentOptions options_;
  const std::vector<v1::BenchmarkDescriptor> benchmarks_;
  DayLedger ledger_;
  const std::function<std::string()> digest_;
  const RandomBits random_;
  InterferenceMeter meter_;
  ClockMeter clocks_{"/"};
};

}  // namespace hypergauge::probes
