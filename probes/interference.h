#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/run.pb.h"
#include "probes/platform/proc_stat.h"

/// What disturbed a run, and whether its figures can be trusted nevertheless.
namespace hypergauge::probes {

/// Reads the machine's CPU times around runs. Not for several threads.
class InterferenceMeter {
 public:
  explicit InterferenceMeter(std::filesystem::path proc_root, const Clock& clock = Clock::System())
      : proc_root_(std::move(proc_root)), clock_(&clock) {}

  /// Long before the first run, so that it knows the load before it. May be left out.
  void Look();

  /// Right before a run. Errors: those of ReadCpuTimes; there is no evidence then.
  [[nodiscard]] Result<void> Begin();

  /// Right after it: adds to run.interference, whose own_cpu_seconds the benchmark has filled in.
  /// Returns the number of the machine's CPUs. Errors: as Begin.
  [[nodiscard]] Result<int> End(v1::Run& run);

 private:
  struct Reading {
    std::chrono::nanoseconds at{};  // MonotonicRaw
    CpuTimes cpu;
  };
  [[nodiscard]] Result<Reading> Read() const;

  std::filesystem::path proc_root_;
  const Clock* clock_;
  std::optional<Reading> begin_;
  std::optional<Reading> end_;  // of the run before, or of Look
  double load_before_ = 0;
};

/// Beyond which values a run is not clean.
struct VerdictLimits {
  double steal_ratio = 0.01;
  double run_queue_wait_ratio = 0.01;
  /// CPUs that others may use in excess of those that the benchmark leaves free: the kernel's own
  /// housekeeping is on every machine.
  double spare_cpus = 0.05;
};

struct Judgement {
  v1::Verdict verdict = v1::VERDICT_CLEAN;
  std::string reason;  ///< empty when clean
};

/// Judges a run that has figures by what disturbed it: steal first, because it explains the rest.
[[nodiscard]] Judgement Judge(const v1::Interference& interference, int threads, int cpus,
                              const VerdictLimits& limits = {});

}  // namespace hypergauge::probes
