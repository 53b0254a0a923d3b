#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/run.pb.h"

/// What a series is: the medians of clean runs that can be compared with each other.
namespace hypergauge::aggregator {

/// When a run began, as far as the aggregator can believe it: a node's clock may be years ahead,
/// and no run began after it was received. Nanoseconds since 1970.
[[nodiscard]] int64_t EffectiveStart(const v1::Run& run);

/// One quantity of one benchmark on one node.
struct SeriesKey {
  std::string node_id;
  std::string benchmark;
  std::string suite;
  std::string family;
  std::string labels;   ///< canonical: LabelsText
  std::string segment;  ///< SegmentOf; a new one is another series, without anything to compare
  auto operator<=>(const SeriesKey&) const = default;
};

struct StoredSeries {
  int64_t id = 0;
  SeriesKey key;
};

/// A series, and when its points were; 0 and 0 where it has none. Nanoseconds since 1970.
struct SeriesSpan {
  StoredSeries series;
  int64_t oldest_unix_nanos = 0;
  int64_t newest_unix_nanos = 0;
};

struct StoredPoint {
  int64_t at_unix_nanos = 0;  ///< EffectiveStart of the run
  double value = 0;           ///< the median, in the quantity's unit
  uint64_t round = 0;         ///< Run.round; 0 outside of rounds
  uint32_t pass = 0;          ///< Run.round_pass
};

/// A series, and whether it has points in the time that was asked for.
struct SeriesInTime {
  StoredSeries series;
  bool has_points = false;
};

/// A point of a series as it is read page by page.
struct PointInTime {
  int64_t at_unix_nanos = 0;
  int64_t sequence = 0;  ///< tells points of one moment apart
  double value = 0;
};

/// At or after `since`, and before `until`; nanoseconds since 1970.
struct TimeRange {
  int64_t since_unix_nanos = 0;
  int64_t until_unix_nanos = 0;
};

/// Where a level of a series begins; analysis::SeriesMark says what the figures mean.
struct StoredMark {
  int64_t series = 0;
  int64_t from_unix_nanos = 0;
  double ratio = 1;
  double accepted = 0;
};

/// Labels as one text, equal for equal labels: a JSON object with its keys in order.
[[nodiscard]] std::string LabelsText(const std::map<std::string, std::string>& labels);
/// The inverse. Errors: kCorrupt for what LabelsText did not write.
[[nodiscard]] Result<std::map<std::string, std::string>> ParseLabels(const std::string& text);

/// All of the key as one text, which begins with the node_id and a line break.
[[nodiscard]] std::string JoinedKey(const SeriesKey& key);

/// "VERSION/SHA-256": figures of another version of the benchmark, or of another build of
/// hypergauge-bench, are not comparable.
[[nodiscard]] std::string SegmentOf(const v1::Run& run);

/// The series of one measure of a run. Of the run's own labels those count that say what the work
/// was: threads, peer, engine. What it met on the machine, the clock source and mitigations among
/// others, does not: when that changes, the change of the figures shall show, and a host and its
/// guests shall have series that match.
[[nodiscard]] SeriesKey KeyOf(const v1::Run& run, const v1::Measure& measure);

}  // namespace hypergauge::aggregator
