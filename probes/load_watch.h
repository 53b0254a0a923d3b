#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "probes/platform/proc_stat.h"
#include "probes/platform/process_tree.h"

namespace hypergauge::probes {

/// When a run makes way for others.
struct WatchLimits {
  bool enabled = true;
  /// Only load that comes after two looks without any: what was there before the run, the user
  /// of the one-shot command knows.
  bool arrivals_only = false;
  /// Share of its time that the benchmark waits for a CPU ...
  double wait_ratio = 0.2;
  /// ... while others use at least so many CPUs.
  double others_cpus = 0.3;
};

/// Whether a benchmark on one CPU would stand in the way of others, or they in its: the reason, if
/// between the two readings they kept more CPUs busy than all but one, by more than
/// limits.others_cpus. wall: the time between the readings.
[[nodiscard]] std::optional<std::string> WhyBusy(const CpuTimes& before, const CpuTimes& after,
                                                 std::chrono::nanoseconds wall,
                                                 const WatchLimits& limits);

/// The same of now, by one look of LoadWatch::kInterval. Nothing when the watch is off, when
/// proc_root cannot be read, and when stop is requested meanwhile.
[[nodiscard]] std::optional<std::string> WhyBusyNow(const std::filesystem::path& proc_root,
                                                    const WatchLimits& limits,
                                                    const std::stop_token& stop,
                                                    const Clock& clock = Clock::System());

/// Looks at the machine while a benchmark runs, so that production load which arrives meanwhile is
/// seen at once. Only processes count as load: interrupts are mostly the benchmark's own.
/// Threads: one caller.
class LoadWatch {
 public:
  /// How long a look is. The kernel counts ticks of 10 ms: a shorter one would say little.
  static constexpr std::chrono::milliseconds kInterval{200};

  LoadWatch(std::filesystem::path proc_root, WatchLimits limits,
            const Clock& clock = Clock::System());

  /// The reason to break the run off, if the last two looks both found that others keep it from its
  /// CPUs: one may be a cron job's moment. Call every kInterval with the benchmark's process.
  [[nodiscard]] std::optional<std::string> Look(pid_t benchmark);

  /// The most CPUs that others kept busy in one look.
  [[nodiscard]] double peak_others_cpus() const { return peak_; }

  /// What all threads and children of the benchmark were seen to wait for a CPU.
  [[nodiscard]] std::chrono::nanoseconds waited() const { return waited_; }

 private:
  struct Reading {
    std::chrono::nanoseconds at{};
    CpuTimes machine;
    TreeTimes benchmark;
  };

  const std::filesystem::path proc_root_;
  const WatchLimits limits_;
  const Clock& clock_;
  std::optional<Reading> last_;
  double peak_ = 0;
  std::chrono::nanoseconds waited_{};
  int crowded_ = 0;  ///< looks in a row that found it so
  int quiet_ = 0;    ///< looks in a row that did not
  bool was_quiet_ = false;
};

}  // namespace hypergauge::probes
