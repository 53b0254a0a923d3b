#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/benchmark.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "probes/clock_meter.h"
#include "probes/config.h"
#include "probes/day_ledger.h"
#include "probes/interference.h"

/// One round of benchmarks, one after another.
namespace hypergauge::probes {

struct CycleRequest {
  std::filesystem::path bench;                 ///< the hypergauge-bench executable
  std::filesystem::path work_dir;              ///< made when it is missing
  std::vector<v1::BenchmarkDescriptor> known;  ///< what ListBenchmarks told
  std::string suite = "light";
  std::vector<std::string> benchmarks;
  std::string peer;  ///< HOST:PORT for network benchmarks, empty for loopback
  Config config = DefaultConfig();
  DayLedger* ledger = nullptr;   ///< none: no ceilings for the day
  ClockMeter* clocks = nullptr;  ///< none: the runs are marked unverified
  std::string probe_version;
  /// Environment.digest as it was read last, asked before each run; none: the runs tell none.
  std::function<std::string()> environment_digest;
  std::string lease_id;  ///< empty outside of a lease: the runs are marked unscheduled
  uint64_t fencing_token = 0;
  /// Clock::MonotonicRaw at which the lease ends: no run goes on after it.
  std::optional<std::chrono::nanoseconds> end;
};

struct CycleProgress {
  std::string benchmark;
  int finished = 0;  ///< benchmarks
  int total = 0;
  int samples = 0;         ///< of the present one
  double budget_used = 0;  ///< of the present one, 0 to 1
};

struct CycleObserver {
  std::function<void(v1::Run)> on_run;  ///< finished, without id; called at once
  std::function<void(const CycleProgress&)> on_progress;
  /// Left out of this cycle, and why: kCeilingReached by the day's ceilings, kDeadlineExceeded by
  /// the cycle's time.
  std::function<void(const std::string& benchmark, const Error& why)> on_deferred;
};

/// Runs the benchmarks. A failed one is a run like others and does not end the cycle.
/// Errors: kCancelled; those of the ledger; kDeadlineExceeded when the lease is too short, telling
/// how many ran; those of making the work folder and of reading hypergauge-bench. Threads: the
/// calling thread is the children's parent; both callbacks come on it.
[[nodiscard]] Result<void> RunCycle(const CycleRequest& request, const CycleObserver& observer,
                                    InterferenceMeter& meter, const std::stop_token& stop,
                                    const Clock& clock = Clock::System());

}  // namespace hypergauge::probes
