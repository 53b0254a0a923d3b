#pragma once

#include <map>
#include <optional>
#include <string>

#include "aggregator/schedule/options.h"

/// What hosts have given since midnight UTC, and whether that is enough. Pure.
namespace hypergauge::aggregator {

class Ceilings {
 public:
  explicit Ceilings(CeilingOptions options) : options_(options) {}

  /// A run that ended at `at`, by the aggregator's clock and not ahead of it, took so much. What is
  /// older than the newest day that was charged counts for nothing.
  void Charge(const std::string& host, const RunCost& cost, Time at);
  /// Why the host may take no more today: "cpu_seconds", "bytes_written" or "bytes_sent".
  [[nodiscard]] std::optional<std::string> Reached(const std::string& host, Time now) const;
  /// The newest day that was charged to the host; nothing where none was.
  [[nodiscard]] std::optional<HostDay> LastDay(const std::string& host) const;
  [[nodiscard]] RunCost Today(const std::string& host, Time now) const;
  /// The next midnight UTC.
  [[nodiscard]] static Time NextDay(Time now);

 private:
  struct Day {
    int64_t number = 0;  // days since 1970
    RunCost taken;
  };
  CeilingOptions options_;
  std::map<std::string, Day> days_;  // by host
};

}  // namespace hypergauge::aggregator
