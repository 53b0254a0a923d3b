#include "aggregator/store/series_table.h"

#include <algorithm>
#include <string>

namespace hypergauge::aggregator {
namespace {

constexpr const char* kColumns =
    "SELECT series, node_id, benchmark, suite, family, labels, segment";
// Each is one step in the points' key.
constexpr const char* kSpan =
    ", (SELECT min(at) FROM points WHERE points.series = series.series)"
    ", (SELECT max(at) FROM points WHERE points.series = series.series)";

StoredSeries SeriesOf(const Statement& row) {
  const auto text = [&](int column) { return std::string(row.Bytes(column)); };
  return {row.Int(0), {text(1), text(2), text(3), text(4), text(5), text(6)}};
}

Result<std::vector<SeriesSpan>> ReadSpans(Statement& list) {
  std::vector<SeriesSpan> spans;
  while (true) {
    const auto row = list.Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return spans;
    spans.push_back({SeriesOf(list), list.Int(7), list.Int(8)});
  }
}

Result<std::vector<StoredPoint>> ReadPoints(Statement& list) {
  std::vector<StoredPoint> points;
  while (true) {
    const auto row = list.Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return points;
    points.push_back({list.Int(0), list.Real(1), static_cast<uint64_t>(list.Int(2)),
                      static_cast<uint32_t>(list.Int(3))});
  }
}

}  // namespace

Result<std::vector<StoredSeries>> SeriesTable::All() {
  auto list = database_.Prepare(std::string(kColumns) + " FROM series ORDER BY series");
  if (!list) return tl::unexpected(list.error());
  std::vector<StoredSeries> all;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return all;
    all.push_back(SeriesOf(*list));
  }
}

Result<std::vector<SeriesSpan>> SeriesTable::AllSpans() {
  auto list = database_.Prepare(std::string(kColumns) + kSpan + " FROM series ORDER BY series");
  if (!list) return tl::unexpected(list.error());
  return ReadSpans(*list);
}

Result<std::vector<SeriesSpan>> SeriesTable::Segments(const SeriesKey& key) {
  auto list = database_.Prepare(std::string(kColumns) + kSpan +
                                " FROM series WHERE node_id = ?1 AND benchmark = ?2 "
                                "AND suite = ?3 AND family = ?4 AND labels = ?5 ORDER BY series");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, key.node_id)
      .Bind(2, key.benchmark)
      .Bind(3, key.suite)
      .Bind(4, key.family)
      .Bind(5, key.labels);
  return ReadSpans(*list);
}

Result<std::vector<SeriesInTime>> SeriesTable::OfNode(const SeriesKey& after, TimeRange in_time,
                                                      size_t most) {
  // Both are steps in an index: a node's keys are neighbours, and so are a series' points.
  auto list = database_.Prepare(
      std::string(kColumns) +
      ", EXISTS(SELECT 1 FROM points WHERE points.series = series.series AND at >= ?2 AND at < ?3)"
      " FROM series WHERE node_id = ?1 "
      "AND (benchmark, suite, family, labels, segment) > (?4, ?5, ?6, ?7, ?8) "
      "ORDER BY benchmark, suite, family, labels, segment LIMIT ?9");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, after.node_id)
      .Bind(2, in_time.since_unix_nanos)
      .Bind(3, in_time.until_unix_nanos)
      .Bind(4, after.benchmark)
      .Bind(5, after.suite)
      .Bind(6, after.family)
      .Bind(7, after.labels)
      .Bind(8, after.segment)
      .Bind(9, static_cast<int64_t>(most));
  std::vector<SeriesInTime> found;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return found;
    found.push_back({SeriesOf(*list), list->Int(7) != 0});
  }
}

Result<std::vector<PointInTime>> SeriesTable::Following(int64_t series, const PointInTime& after,
                                                        int64_t until_unix_nanos, size_t most) {
  auto list = database_.Prepare(
      "SELECT at, sequence, value FROM points WHERE series = ?1 AND (at, sequence) > (?2, ?3) "
      "AND at < ?4 ORDER BY at, sequence LIMIT ?5");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, series)
      .Bind(2, after.at_unix_nanos)
      .Bind(3, after.sequence)
      .Bind(4, until_unix_nanos)
      .Bind(5, static_cast<int64_t>(most));
  std::vector<PointInTime> points;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return points;
    points.push_back({list->Int(0), list->Int(1), list->Real(2)});
  }
}

Result<std::vector<StoredPoint>> SeriesTable::Last(int64_t series, size_t most) {
  auto list = database_.Prepare(
      "SELECT at, value, round, pass FROM points WHERE series = ?1 "
      "ORDER BY at DESC, sequence DESC LIMIT ?2");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, series).Bind(2, static_cast<int64_t>(most));
  auto points = ReadPoints(*list);
  if (points) std::reverse(points->begin(), points->end());
  return points;
}

Result<std::vector<StoredPoint>> SeriesTable::OfRounds(int64_t series, int64_t since_unix_nanos) {
  auto list = database_.Prepare(
      "SELECT at, value, round, pass FROM points WHERE series = ?1 AND at >= ?2 AND round > 0 "
      "ORDER BY at, sequence");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, series).Bind(2, since_unix_nanos);
  return ReadPoints(*list);
}

Result<SeriesTable::Trimmed> SeriesTable::Trim(int64_t after, size_t most,
                                               int64_t since_unix_nanos) {
  // The last one stays, as its number would be given again.
  auto list = database_.Prepare(
      "SELECT series, coalesce((SELECT max(at) FROM points WHERE points.series = series.series), 0)"
      " FROM series WHERE series > ?1 AND series < (SELECT max(series) FROM series) "
      "ORDER BY series LIMIT ?2");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, after).Bind(2, static_cast<int64_t>(most));
  std::vector<int64_t> old;
  int64_t last = 0;
  size_t looked_at = 0;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) break;
    ++looked_at;
    last = list->Int(0);
    if (list->Int(1) < since_unix_nanos) old.push_back(last);
  }
  Trimmed trimmed{looked_at < most ? 0 : last, 0};
  int64_t rows = 0;
  for (const int64_t series : old) {
    const auto forgotten = Forget(series);
    if (!forgotten) return tl::unexpected(forgotten.error());
    ++trimmed.forgotten;
    rows += *forgotten;
    if (rows < kMostTrimmed || series == last) continue;
    trimmed.last = series;
    break;
  }
  return trimmed;
}

Result<int64_t> SeriesTable::Forget(int64_t series) {
  int64_t rows = 0;
  for (const char* table : {"points", "marks", "series"}) {
    auto forget = database_.Prepare("DELETE FROM " + std::string(table) + " WHERE series = ?1");
    if (!forget) return tl::unexpected(forget.error());
    if (auto done = forget->Bind(1, series).Run(); !done) return tl::unexpected(done.error());
    rows += database_.Changes();
  }
  return rows;
}

Result<void> SeriesTable::PutMark(const StoredMark& mark) {
  auto put = database_.Prepare("INSERT OR REPLACE INTO marks VALUES(?1, ?2, ?3, ?4)");
  if (!put) return tl::unexpected(put.error());
  return put->Bind(1, mark.series)
      .Bind(2, mark.from_unix_nanos)
      .BindReal(3, mark.ratio)
      .BindReal(4, mark.accepted)
      .Run();
}

Result<void> SeriesTable::DropMark(int64_t series, int64_t from_unix_nanos) {
  auto drop = database_.Prepare("DELETE FROM marks WHERE series = ?1 AND started = ?2");
  if (!drop) return tl::unexpected(drop.error());
  return drop->Bind(1, series).Bind(2, from_unix_nanos).Run();
}

Result<std::vector<StoredMark>> SeriesTable::Marks() {
  auto list = database_.Prepare(
      "SELECT series, started, ratio, accepted FROM marks ORDER BY series, started");
  if (!list) return tl::unexpected(list.error());
  std::vector<StoredMark> marks;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return marks;
    marks.push_back({list->Int(0), list->Int(1), list->Real(2), list->Real(3)});
  }
}

}  // namespace hypergauge::aggregator
