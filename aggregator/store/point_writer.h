#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "aggregator/store/database.h"
#include "aggregator/store/series_key.h"
#include "base/result.h"
#include "hypergauge/v1/run.pb.h"

namespace hypergauge::aggregator {

/// Writes a run's figures into tables `series` and `points`, with statements prepared once, because
/// every run passes here. The caller owns the transaction and the lock.
class PointWriter {
 public:
  [[nodiscard]] static Result<PointWriter> Prepare(Database& database);

  /// A point for each measure of a clean run, none for any other. A point that is there stays.
  [[nodiscard]] Result<void> Put(const v1::Run& run);

  /// Series that were made in a transaction that failed are void, and so are those that were
  /// deleted.
  void Forget() { known_.clear(); }

 private:
  PointWriter(Statement find, Statement add, Statement put)
      : find_(std::move(find)), add_(std::move(add)), put_(std::move(put)) {}
  [[nodiscard]] Result<int64_t> IdOf(const SeriesKey& key);

  Statement find_;
  Statement add_;
  Statement put_;
  std::unordered_map<std::string, int64_t> known_;  // ids by key; bounded
};

/// Makes the points of all runs that table `runs` holds.
[[nodiscard]] Result<void> FillPoints(Database& database);

}  // namespace hypergauge::aggregator
