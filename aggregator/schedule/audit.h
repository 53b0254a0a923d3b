#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregator/schedule/types.h"

/// Whether two measurements ever met. It reads nothing but the intervals that probes report: what
/// was granted is of no interest here. Pure.
namespace hypergauge::aggregator {

/// That a node measured.
struct Interval {
  std::string node_id;
  std::string lease_id;  ///< intervals of one node and lease are one, from the first to the last
  std::vector<HostLock> locks;
  LockClass lock_class = LockClass::kExclusive;
  Time start{};  ///< by the aggregator's clock
  Time end{};
  /// How far either may be wrong; two intervals meet only if they do by more than both.
  Time uncertainty{};
};

struct Collision {
  std::string host;
  Interval first;   ///< that was reported first
  Interval second;  ///< that was added
  Time overlap{};
};

class Audit {
 public:
  /// keep: how long intervals are remembered behind the newest one.
  explicit Audit(Time keep) : keep_(keep) {}

  /// Adds what was reported, in any order, any number of times. Returns the collisions that nobody
  /// was told of: one for each pair of leases and host.
  std::vector<Collision> Add(const Interval& interval);

  [[nodiscard]] uint64_t collisions() const { return collisions_; }
  [[nodiscard]] size_t remembered() const;

 private:
  Time keep_;
  uint64_t collisions_ = 0;
  // To be filled in.
};

}  // namespace hypergauge::aggregator
