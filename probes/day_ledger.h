#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "probes/config.h"

namespace hypergauge::probes {

/// What a run takes, or may take.
struct Spending {
  uint64_t bytes_written = 0;
  uint64_t bytes_sent = 0;
  double cpu_seconds = 0;
};

/// What the node has used up today (a day of UTC), kept in a file, so that neither a restart nor a
/// crash gives it a new allowance. Also counts the light cycles, by which benchmarks take turns.
/// Threads: one caller.
class DayLedger {
 public:
  /// file: empty for a ledger that lives as long as the object. A file that cannot be understood is
  /// taken for an exhausted day: the next day is a new one.
  /// Errors: kPermissionDenied and others of reading it.
  [[nodiscard]] static Result<DayLedger> Open(std::filesystem::path file, DayCeilings ceilings,
                                              int cpus, const Clock& clock = Clock::System());

  /// What is left of today.
  [[nodiscard]] Spending Left();

  /// Charges a run before it begins with the most that it may take; durable. Errors: those of
  /// writing the file; the run must not begin then.
  [[nodiscard]] Result<void> Reserve(const Spending& most);

  /// After the run: what it took in place of what was reserved. Durable where bytes are counted,
  /// else with the next one or Save. Errors: as Reserve.
  [[nodiscard]] Result<void> Settle(const Spending& reserved, const Spending& took);

  /// Errors: those of writing the file.
  [[nodiscard]] Result<void> Save() const;

  /// The number of the light cycle that begins now, counted over restarts; durable.
  [[nodiscard]] Result<uint64_t> NextCycle();

 private:
  struct Page {
    int64_t day = 0;  ///< since 1970
    Spending spent;
    uint64_t cycles = 0;
  };

  DayLedger(std::filesystem::path file, Spending ceilings, const Clock& clock)
      : file_(std::move(file)), ceilings_(ceilings), clock_(&clock) {}

  void TurnPage();
  [[nodiscard]] int64_t Today() const;
  [[nodiscard]] Page ParsePage(const std::string& text) const;

  std::filesystem::path file_;
  Spending ceilings_;
  const Clock* clock_;
  Page page_;
};

}  // namespace hypergauge::probes
