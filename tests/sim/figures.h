#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aggregator/schedule/mesh.h"
#include "aggregator/schedule/schedule.h"
#include "tests/sim/options.h"

/// What a simulation found.
namespace hypergauge::sim {

struct Distribution {
  uint64_t count = 0;
  double median = 0;
  double p99 = 0;
  double worst = 0;
};
/// Sorts the values.
[[nodiscard]] Distribution Distribute(std::vector<float>& values);

struct Faults {
  uint64_t crashes = 0;  ///< of the aggregator
  uint64_t cuts = 0;     ///< of a node's network
  uint64_t probe_restarts = 0;
  uint64_t deaths = 0;  ///< for ever
  uint64_t migrations = 0;
  uint64_t pauses = 0;
  uint64_t run_now = 0;
  uint64_t busy = 0;
  uint64_t aborted = 0;
  uint64_t held_to_the_end = 0;
};

struct Figures {
  // What it was asked, and what that came to.
  SimOptions options;
  Time interval{};   ///< of the plan
  Time effective{};  ///< the median over the rounds of all hosts
  Time lease{};
  Time mean_turn{};  ///< as measured
  Time mean_lock{};  ///< from the grant to the end of the lease
  double duty = 0;

  aggregator::ScheduleCounts counts;
  uint64_t ended_completed = 0;
  uint64_t offline = 0;  ///< turns in offline slots
  std::array<uint64_t, aggregator::kPairKinds> network{};
  Faults faults;

  uint64_t collisions = 0;
  /// Meetings of a run during which its node went to another host, before the aggregator could
  /// know: such runs have verdict migrated.
  uint64_t migrated_meetings = 0;
  std::vector<std::string> examples;           ///< the first collisions
  std::map<std::string, uint64_t> violations;  ///< of what must hold besides; none is expected

  Distribution interval_error;
  double jain = 0;  ///< of the first passes a node, among hosts' mates; 1 is even
  double occupancy = 0;
  double cpu_per_grant = 0;  ///< seconds
  double wall = 0;           ///< seconds
  uint64_t idle_wakes = 0;   ///< the schedule asked to be called and had nothing
  uint64_t calls = 0;        ///< of Act
};

[[nodiscard]] uint64_t Sum(const std::map<std::string, uint64_t>& counts);

/// Why the schedule did not do what it must; empty where it did.
[[nodiscard]] std::vector<std::string> Failures(const Figures& figures);

[[nodiscard]] std::string Text(const Figures& figures);
[[nodiscard]] std::string Json(const Figures& figures);

}  // namespace hypergauge::sim
