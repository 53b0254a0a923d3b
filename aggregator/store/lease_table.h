#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/store/database.h"
#include "base/result.h"
#include "hypergauge/v1/schedule.pb.h"

namespace hypergauge::aggregator {

/// What a host has given on its last day (UTC).
struct HostDayRow {
  std::string host;
  int64_t day = 0;  ///< since 1970
  int64_t cpu_nanos = 0;
  int64_t bytes_written = 0;
  int64_t bytes_sent = 0;
  friend bool operator==(const HostDayRow&, const HostDayRow&) = default;
};

/// Tables `leases`, `rounds`, `pauses`, `slots`, `host_days` and `highest`: what the schedule goes
/// on with after a restart. The caller owns the transaction and the lock. Errors: kCorrupt for what
/// cannot be read; those of Database.
class LeaseTable {
 public:
  explicit LeaseTable(Database& database) : database_(database) {}

  [[nodiscard]] Result<void> Put(const std::vector<v1::LeaseRecord>& leases);
  [[nodiscard]] Result<std::vector<v1::LeaseRecord>> Since(int64_t since_unix_nanos);
  [[nodiscard]] Result<std::optional<v1::LeaseRecord>> Find(uint64_t token);
  [[nodiscard]] Result<void> Forget(int64_t ended_before_unix_nanos);

  /// By node_id and plan; the empty plan has the network turns.
  [[nodiscard]] Result<std::map<std::pair<std::string, std::string>, int64_t>> LastRounds();

  [[nodiscard]] Result<void> PutPauses(const std::vector<v1::Pause>& all);
  [[nodiscard]] Result<std::vector<v1::Pause>> Pauses();

  [[nodiscard]] Result<void> PutSlot(const v1::SlotRecord& slot);
  [[nodiscard]] Result<std::vector<v1::SlotRecord>> Slots();
  [[nodiscard]] Result<void> ForgetSlots(int64_t valid_before_unix_nanos);

  [[nodiscard]] Result<void> PutDays(const std::vector<HostDayRow>& days);
  [[nodiscard]] Result<std::vector<HostDayRow>> Days();

  [[nodiscard]] Result<uint64_t> HighestToken() { return Highest("token"); }
  [[nodiscard]] Result<uint64_t> HighestRound() { return Highest("round"); }

 private:
  [[nodiscard]] Result<uint64_t> Highest(const std::string& name);
  [[nodiscard]] Result<void> Raise(const std::string& name, uint64_t value);

  Database& database_;
};

}  // namespace hypergauge::aggregator
