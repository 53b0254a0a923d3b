#pragma once

#include <string>
#include <vector>

#include "aggregator/schedule/audit.h"
#include "tests/sim/figures.h"
#include "tests/sim/fleet.h"

namespace hypergauge::sim {

/// Counts collisions from what probes report, and from nothing else. Where a node was not where its
/// lease says, only what the schedule could have known of counts against it.
class Auditor {
 public:
  explicit Auditor(const Fleet& fleet) : fleet_(fleet), audit_(kKeep) {}

  void Add(const Report& report);
  /// Puts what was found into the figures.
  void Finish(Figures& figures) const;

 private:
  /// Probes report what they measured while they were cut off when they are back.
  static constexpr Time kKeep = std::chrono::hours(8);

  void Judge(const aggregator::Collision& collision);
  [[nodiscard]] bool WasGrantedAfter(const aggregator::Interval& other, Time told) const;

  const Fleet& fleet_;
  aggregator::Audit audit_;
  std::unordered_map<std::string, Time> told_;  // by lease_id of what was measured elsewhere
  uint64_t collisions_ = 0;
  uint64_t migrated_ = 0;
  std::vector<std::string> examples_;
};

}  // namespace hypergauge::sim
