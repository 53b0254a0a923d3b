#pragma once

#include <map>
#include <string>

#include "aggregator/store/continuity_state.h"
#include "aggregator/store/database.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// Table `continuity`; the caller owns the transaction and the lock.
class ContinuityTable {
 public:
  explicit ContinuityTable(Database& database) : database_(database) {}

  /// Stores or replaces.
  [[nodiscard]] Result<void> Put(const std::string& node_id, const ContinuityState& state);

  /// By node_id.
  [[nodiscard]] Result<std::map<std::string, ContinuityState>> List();

 private:
  Database& database_;
};

}  // namespace hypergauge::aggregator
