#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>

#include "probes/clock_evidence.h"

namespace hypergauge::probes {

/// Compares this machine's clocks with the aggregator's around runs, and over all of them. Not for
/// several threads.
class ClockMeter {
 public:
  /// root stands in front of /sys. Without a reference no run has evidence.
  explicit ClockMeter(std::filesystem::path root, ReferenceClock* reference = nullptr,
                      RollingClock rolling = RollingClock())
      : root_(std::move(root)), reference_(reference), rolling_(std::move(rolling)) {}

  /// From now on, clocks are compared with this one, which outlives all further use.
  void CompareWith(ReferenceClock& reference) { reference_ = &reference; }

  /// Right before a run. A reading that fails only costs the run its evidence.
  void Begin(const std::stop_token& stop);

  /// Right after it: fills in run.clock and lets the clock decide the verdict of a run that has
  /// figures. Without two readings the run is marked unverified instead.
  void End(v1::Run& run, const VerdictLimits& limits, const std::stop_token& stop);

 private:
  [[nodiscard]] Result<v1::ClockEvidence> Compare(const std::stop_token& stop);

  std::filesystem::path root_;
  ReferenceClock* reference_;
  RollingClock rolling_;
  std::optional<ClockReading> before_;
};

}  // namespace hypergauge::probes
