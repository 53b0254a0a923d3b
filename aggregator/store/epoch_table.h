#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aggregator/store/database.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// Tables `environment_epochs` and `placement_epochs`: at most one epoch of a node lasts. The
/// caller owns the transaction and the lock.
class EpochTable {
 public:
  /// So many of a node's newest are kept.
  static constexpr int64_t kMostEpochs = 1000;

  struct Row {
    std::string node_id;
    int64_t began_unix_nanos = 0;
    int64_t ended_unix_nanos = 0;  ///< 0 while it lasts
    std::string payload;           ///< a message without its times
  };

  /// `table` is a name that this program chose.
  EpochTable(Database& database, std::string table)
      : database_(database), table_(std::move(table)) {}

  /// Ends the node's epoch that lasts, if any, in the moment in which this one begins.
  [[nodiscard]] Result<void> Begin(const Row& row);
  [[nodiscard]] Result<void> End(const std::string& node_id, int64_t at_unix_nanos);

  /// Of a node, oldest first.
  [[nodiscard]] Result<std::vector<Row>> Of(const std::string& node_id);
  /// Those that last, of all nodes.
  [[nodiscard]] Result<std::vector<Row>> Lasting();

 private:
  [[nodiscard]] Result<std::vector<Row>> Read(Statement& statement);

  Database& database_;
  std::string table_;
};

}  // namespace hypergauge::aggregator
