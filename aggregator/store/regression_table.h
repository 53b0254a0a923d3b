#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "aggregator/store/database.h"
#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::aggregator {

/// Which regressions that are over are wanted.
struct RegressionFilter {
  std::set<int> states = {};         ///< v1::Regression::State; empty for all
  bool improvements = false;         ///< those too that are for the better
  std::set<std::string> nodes = {};  ///< labels, of the subject or of a series; empty for all
  uint32_t limit = 1000;             ///< at most so many, the newest
};

/// Table `regressions`, and their row of `highest`; the caller owns the transaction and the lock.
/// Errors: kCorrupt for what cannot be read; those of Database.
class RegressionTable {
 public:
  /// So many of those that are over are kept, the newest; what is open always stays.
  static constexpr int64_t kMostOver = 10'000;

  explicit RegressionTable(Database& database) : database_(database) {}

  /// Stores or replaces by id. `open`: it is neither resolved, accepted nor retracted.
  [[nodiscard]] Result<void> Put(const v1::Regression& regression, bool open,
                                 int64_t changed_unix_nanos);
  /// By id.
  [[nodiscard]] Result<std::vector<v1::Regression>> Open();
  /// Of those that are over and have a lower id, the newest first, whatever their nodes.
  [[nodiscard]] Result<std::vector<v1::Regression>> Over(const RegressionFilter& filter,
                                                         uint64_t below_id, uint32_t most);
  [[nodiscard]] Result<std::optional<v1::Regression>> Find(uint64_t id);
  [[nodiscard]] Result<void> Drop(uint64_t id);
  /// That was ever put; 0 for none.
  [[nodiscard]] Result<uint64_t> HighestId();

 private:
  Database& database_;
};

/// Table `datasets`: figures that were imported, as JSON text. As RegressionTable.
class DatasetTable {
 public:
  /// They are large, and whoever may import one may import many.
  static constexpr int64_t kMost = 100;

  explicit DatasetTable(Database& database) : database_(database) {}

  /// Stores or replaces by name; false where it would be one more than kMost.
  [[nodiscard]] Result<bool> Put(const std::string& name, const std::string& json);
  [[nodiscard]] Result<std::optional<std::string>> Find(const std::string& name);
  /// In order.
  [[nodiscard]] Result<std::vector<std::string>> Names();

 private:
  Database& database_;
};

}  // namespace hypergauge::aggregator
