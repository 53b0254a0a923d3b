#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
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
  /// keep: how long intervals are remembered behind the newest end. The caller lets none from the
  /// future in: it would make the audit forget the present.
  explicit Audit(Time keep) : keep_(keep) {}

  /// Adds what was reported, in any order, any number of times. Returns the collisions that nobody
  /// was told of: one for each pair of leases and host. What ended before all that is remembered,
  /// or before it started, is left out. Takes O(log n), and as long for each interval that it
  /// meets.
  std::vector<Collision> Add(const Interval& interval);

  [[nodiscard]] uint64_t collisions() const { return collisions_; }
  [[nodiscard]] size_t remembered() const { return entries_.size(); }

 private:
  struct Entry {
    uint64_t id = 0;  ///< never used again
    Interval interval;
    std::set<std::pair<uint64_t, std::string>> told;  ///< Entry::id of the other, and the host
  };
  using ByTime = std::map<std::pair<Time, uint64_t>, Entry*>;  // and Entry::id
  /// By bit width of the length in nanoseconds: who may overlap is near in each of them.
  using ByLength = std::map<int, ByTime>;
  struct Key {
    std::string_view node_id;
    std::string_view lease_id;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };

  Entry& Merge(const Interval& interval);
  void Index(Entry& entry);
  void Unindex(Entry& entry);
  void Meet(Entry& entry, const HostLock& lock, std::vector<Collision>& found);
  void ForgetOld();

  Time keep_;
  Time newest_ = Time::min();
  uint64_t collisions_ = 0;
  uint64_t last_id_ = 0;
  std::unordered_map<Key, std::unique_ptr<Entry>, KeyHash> entries_;  // keys point into the entries
  std::unordered_map<std::string, ByLength> hosts_;
  ByTime by_end_;
};

}  // namespace hypergauge::aggregator
