#pragma once

#include <map>
#include <string>
#include <vector>

#include "aggregator/schedule/types.h"
#include "aggregator/schedule/windows.h"
#include "base/result.h"

/// What the operator says about the schedule.
namespace hypergauge::aggregator {

/// One suite at one interval.
struct Plan {
  std::string name = "light";
  std::string suite = "light";
  /// Between the begins of two rounds of a host; stretched where the duty asks for it.
  Time interval = std::chrono::minutes(30);
  /// How long a node's turn takes, until it was seen.
  Time cycle = std::chrono::seconds(20);
  /// The longest that a turn may take; 0: the greater of a minute and three cycles.
  Time lease{};
  std::vector<std::string> benchmarks;  ///< empty: the suite's; of light the core and a quarter
  std::vector<DailyWindow> hours;       ///< its rounds begin inside only; empty: always
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// What network turns are called where plans have their names; no plan is called so.
inline constexpr const char* kNetworkPlan = "";

/// Runs between nodes.
struct MeshOptions {
  Time interval = std::chrono::hours(6);  ///< between two turns of a node as the client; 0: none
  std::string suite = "light";
  std::vector<std::string> benchmarks;  ///< empty: those of the category network in the suite
  Time cycle = std::chrono::seconds(10);
  uint64_t bytes_per_day = uint64_t{1} << 30;  ///< that one host sends, or answers; 0: no limit
  friend bool operator==(const MeshOptions&, const MeshOptions&) = default;
};

/// Slots for probes that are cut off.
struct OfflineOptions {
  Time period = std::chrono::hours(2);  ///< between two slots of a node; 0: no slots
  Time length = std::chrono::minutes(1);
  Time guard = std::chrono::seconds(30);  ///< between two slots: what clocks may drift apart
  Time valid = std::chrono::hours(6);
  Time after = std::chrono::minutes(2);  ///< the probe waits so long before it uses its slot
  friend bool operator==(const OfflineOptions&, const OfflineOptions&) = default;
};

/// What all nodes of a host together may take in a day (UTC); 0: no limit.
struct CeilingOptions {
  double cpu_seconds = 0;
  uint64_t bytes_written = 0;
  uint64_t bytes_sent = 0;
  friend bool operator==(const CeilingOptions&, const CeilingOptions&) = default;
};

struct ScheduleOptions {
  std::vector<Plan> plans = {Plan{}};
  /// After a refused, aborted or lost turn; doubled with each in a row, up to half the interval.
  Time retry = std::chrono::minutes(1);
  double node_duty = 0.02;  ///< share of a node's time that its own turns may take
  double host_duty = 0.10;  ///< share of a host's time that all turns on it may take
  std::vector<DailyWindow> quiet_hours;
  std::vector<Blackout> blackouts;
  CeilingOptions ceilings;
  MeshOptions mesh;
  OfflineOptions offline;
  /// By category of benchmarks; those that are not named are exclusive.
  std::map<std::string, LockClass> classes;
  friend bool operator==(const ScheduleOptions&, const ScheduleOptions&) = default;
};

/// The longest that a turn of a plan may take.
[[nodiscard]] Time LeaseOf(const Plan& plan);

/// What contradicts itself, with the arithmetic: an interval that a round does not fit into, a
/// lease shorter than the cycle, slots that do not fit into their period, duties outside of 0 to 1.
/// Errors: kInvalidArgument, naming the keys of the configuration.
[[nodiscard]] Result<void> CheckOptions(const ScheduleOptions& options);

}  // namespace hypergauge::aggregator
