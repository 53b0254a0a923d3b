#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregator/schedule/types.h"
#include "hypergauge/v1/run.pb.h"
#include "hypergauge/v1/schedule.pb.h"

/// Every lease of the last days, by token, to judge what probes report by it and to show it.
namespace hypergauge::aggregator {

/// A lease that lasts.
[[nodiscard]] v1::LeaseRecord RecordOf(const Grant& grant);
/// Without benchmarks and the peer's address, which no record keeps.
[[nodiscard]] Grant GrantOf(const v1::LeaseRecord& record);
/// Exclusive where it says none.
[[nodiscard]] LockClass LockClassOf(const v1::LeaseRecord& record);
/// For the probe: what is left of it at `now`, and what it occupies of the node's own host.
[[nodiscard]] v1::Lease LeaseOf(const Grant& grant, Time now);

/// Threads: any.
class LeaseBook {
 public:
  void Restore(std::vector<v1::LeaseRecord> records);
  /// Replaces the one with its token, if any.
  void Granted(const v1::LeaseRecord& record);
  /// The lease as it is now; nothing for one that does not last (any more).
  std::optional<v1::LeaseRecord> Ended(const std::string& lease_id,
                                       v1::LeaseRecord::Outcome outcome, v1::LeaseEnd::Cause cause,
                                       int64_t at_unix_nanos);
  [[nodiscard]] std::optional<v1::LeaseRecord> Find(uint64_t fencing_token) const;
  /// Those that lock the host and lasted after `since`, oldest first.
  [[nodiscard]] std::vector<v1::LeaseRecord> Of(const std::string& host,
                                                int64_t since_unix_nanos) const;
  /// Forgets what was over before.
  void Forget(int64_t before_unix_nanos);

 private:
  void Put(v1::LeaseRecord record);
  void Drop(uint64_t token);

  mutable std::mutex mutex_;                     // guards all below
  std::map<uint64_t, v1::LeaseRecord> records_;  // by token
  std::unordered_map<std::string, std::set<uint64_t>> by_host_;
  std::unordered_map<std::string, uint64_t> lasting_;  // by lease_id
};

}  // namespace hypergauge::aggregator
