#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/run.pb.h"
#include "probes/platform/cpu_quota.h"
#include "probes/platform/pressure.h"
#include "probes/platform/proc_stat.h"

/// What disturbed a run, and whether its figures can be trusted nevertheless.
namespace hypergauge::probes {

/// Reads around runs what the kernel counts. Not for several threads.
class InterferenceMeter {
 public:
  /// root: stands in front of /proc and /sys.
  explicit InterferenceMeter(std::filesystem::path root, const Clock& clock = Clock::System())
      : root_(std::move(root)), clock_(&clock) {}

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
    CpuQuota quota;
    std::optional<Pressure> pressure;
    double frequency = 0;
  };
  [[nodiscard]] Result<Reading> Read() const;

  std::filesystem::path root_;
  const Clock* clock_;
  std::optional<Reading> begin_;
  std::optional<Reading> end_;  // of the run before, or of Look
  double load_before_ = 0;
};

/// Beyond which values a run is not clean.
struct VerdictLimits {
  double steal_ratio = 0.01;
  double throttled_ratio = 0.01;
  double run_queue_wait_ratio = 0.01;
  /// CPUs that others may use in excess of those that the benchmark leaves free: the kernel's own
  /// housekeeping is on every machine.
  double spare_cpus = 0.05;
  /// Parts in a million by which the clock that times the benchmarks may run wrong for certain.
  double clock_ppm = 500;
  /// Beyond this, any clock of the node earns a warning.
  double clock_warning_ppm = 50;
};

struct Judgement {
  v1::Verdict verdict = v1::VERDICT_CLEAN;
  std::string reason;  ///< empty when clean
};

/// Judges a run that has figures by what disturbed it: throttling and steal first, because they
/// explain the rest. A benchmark that waits for a CPU is disturbed only as far as others ran: what
/// it waited beyond that, it waited for its own threads.
/// cpus: of the machine.
[[nodiscard]] Judgement Judge(const v1::Run& run, int cpus, const VerdictLimits& limits = {});

}  // namespace hypergauge::probes
