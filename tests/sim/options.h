#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "aggregator/schedule/options.h"
#include "aggregator/schedule/types.h"
#include "base/result.h"

/// What is simulated.
namespace hypergauge::sim {

using aggregator::Time;

struct SimOptions {
  int hosts = 1000;
  int guests = 20'000;
  Time duration = std::chrono::days(7);
  uint64_t seed = 1;
  bool faults = true;
  /// Share of a host's time that its rounds take; the interval follows from it where none is given.
  double occupancy = 0.5;
  Time cycle = std::chrono::seconds(20);
  Time interval{};                             ///< 0: what the occupancy gives
  Time mesh_interval = std::chrono::hours(6);  ///< 0: no network turns
  /// For tests of the test: changes what was granted behind the schedule's back.
  std::function<void(std::vector<aggregator::Grant>& grants, Time now)> tamper;
};

/// Errors: kInvalidArgument, naming the flag.
[[nodiscard]] Result<void> CheckSimOptions(const SimOptions& options);

/// Guests of a host, rounded up.
[[nodiscard]] int GuestsPerHost(const SimOptions& options);

/// The configuration under which the schedule runs.
[[nodiscard]] aggregator::ScheduleOptions ScheduleOptionsOf(const SimOptions& options);

}  // namespace hypergauge::sim
