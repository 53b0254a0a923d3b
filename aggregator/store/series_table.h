#pragma once

#include <cstdint>
#include <vector>

#include "aggregator/store/database.h"
#include "aggregator/store/series_key.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// Tables `series`, `points` and `marks`, which PointWriter fills; the caller owns the
/// transaction and the lock. Errors: those of Database.
class SeriesTable {
 public:
  explicit SeriesTable(Database& database) : database_(database) {}

  /// By id, which grows with the time that a series began.
  [[nodiscard]] Result<std::vector<StoredSeries>> All();
  [[nodiscard]] Result<std::vector<SeriesSpan>> AllSpans();
  /// Those of the key's place, whatever their segments; by id.
  [[nodiscard]] Result<std::vector<SeriesSpan>> Segments(const SeriesKey& key);
  /// The `most` series of a node that follow `after` in the order of keys; `after` empty but for
  /// the node_id begins.
  [[nodiscard]] Result<std::vector<SeriesInTime>> OfNode(const SeriesKey& after, TimeRange in_time,
                                                         size_t most);
  /// The `most` points that follow `after` and are before `until_unix_nanos`, oldest first.
  [[nodiscard]] Result<std::vector<PointInTime>> Following(int64_t series, const PointInTime& after,
                                                           int64_t until_unix_nanos, size_t most);
  /// The last `most` points, oldest first.
  [[nodiscard]] Result<std::vector<StoredPoint>> Last(int64_t series, size_t most);
  /// Those at or after `since_unix_nanos` that belong to a round, oldest first.
  [[nodiscard]] Result<std::vector<StoredPoint>> OfRounds(int64_t series, int64_t since_unix_nanos);

  /// Looks at the `most` series after `after` and forgets those without a point since, with their
  /// points and marks, until kMostTrimmed rows are deleted, so that nobody waits long for the rest.
  /// The last one that was dealt with; 0 at the end.
  static constexpr int64_t kMostTrimmed = 50'000;
  struct Trimmed {
    int64_t last = 0;
    size_t forgotten = 0;
  };
  [[nodiscard]] Result<Trimmed> Trim(int64_t after, size_t most, int64_t since_unix_nanos);

  /// Replaces the one of the same series and beginning.
  [[nodiscard]] Result<void> PutMark(const StoredMark& mark);
  [[nodiscard]] Result<void> DropMark(int64_t series, int64_t from_unix_nanos);
  /// By series and beginning.
  [[nodiscard]] Result<std::vector<StoredMark>> Marks();

 private:
  [[nodiscard]] Result<int64_t> Forget(int64_t series);

  Database& database_;
};

}  // namespace hypergauge::aggregator
