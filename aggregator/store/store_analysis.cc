// The store's part for the analysis: series, regressions, data sets.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "aggregator/store/regression_table.h"
#include "aggregator/store/series_table.h"
#include "aggregator/store/store.h"

namespace hypergauge::aggregator {
namespace {

// Some milliseconds each: nobody waits longer for the database.
constexpr size_t kSeriesPage = 1000;
constexpr size_t kPointsPage = 5000;

bool ShowsIn(const v1::Regression& regression, const std::set<std::string>& nodes) {
  if (nodes.contains(regression.subject())) return true;
  return std::any_of(regression.children().begin(), regression.children().end(),
                     [&](const auto& child) { return nodes.contains(child.node()); });
}

Result<void> TooManyDatasets() {
  return Fail(ErrorCode::kUnavailable,
              "name: the store holds " + std::to_string(DatasetTable::kMost) +
                  " data sets, and takes no more; one of the same name is replaced");
}

}  // namespace

Result<std::vector<StoredSeries>> Store::AllSeries() {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).All();
}

Result<std::vector<SeriesSpan>> Store::AllSpans() {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).AllSpans();
}

Result<std::vector<SeriesSpan>> Store::Segments(const SeriesKey& key) {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).Segments(key);
}

Result<std::vector<SeriesInTime>> Store::SeriesPage(const SeriesKey& after, TimeRange in_time) {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).OfNode(after, in_time, kSeriesPage);
}

// As PastRegressions.
Result<std::vector<StoredSeries>> Store::SeriesOfNode(const std::string& node_id,
                                                      TimeRange in_time) {
  std::vector<StoredSeries> found;
  SeriesKey after;
  after.node_id = node_id;
  while (true) {
    auto page = SeriesPage(after, in_time);
    if (!page) return tl::unexpected(page.error());
    if (!page->empty()) after = page->back().series.key;
    for (auto& each : *page) {
      if (each.has_points) found.push_back(std::move(each.series));
    }
    if (page->size() < kSeriesPage) return found;
  }
}

Result<std::vector<PointInTime>> Store::PointPage(int64_t series, const PointInTime& after,
                                                  int64_t until, size_t most) {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).Following(series, after, until, most);
}

// As PastRegressions.
Result<std::vector<PointInTime>> Store::Points(int64_t series, TimeRange in_time, size_t most) {
  std::vector<PointInTime> found;
  PointInTime after{.at_unix_nanos = in_time.since_unix_nanos, .sequence = INT64_MIN};
  while (found.size() < most) {
    const auto wanted = std::min(kPointsPage, most - found.size());
    const auto page = PointPage(series, after, in_time.until_unix_nanos, wanted);
    if (!page) return tl::unexpected(page.error());
    found.insert(found.end(), page->begin(), page->end());
    if (page->size() < wanted) break;
    after = found.back();
  }
  return found;
}

Result<std::vector<StoredPoint>> Store::LastPoints(int64_t series, size_t most) {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).Last(series, most);
}

Result<std::vector<StoredPoint>> Store::RoundPoints(int64_t series, int64_t since_unix_nanos) {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).OfRounds(series, since_unix_nanos);
}

void Store::TrimSeries(int64_t after, size_t most, int64_t since_unix_nanos,
                       std::function<void(const Result<int64_t>& last)> done) {
  const auto last = std::make_shared<int64_t>(0);
  Enqueue({[=, this]() -> Result<void> {
             const auto trimmed = SeriesTable(database_).Trim(after, most, since_unix_nanos);
             if (!trimmed) return tl::unexpected(trimmed.error());
             if (trimmed->forgotten > 0) ForgetSeriesIds();
             *last = trimmed->last;
             return {};
           },
           [last, done = std::move(done)](const Result<void>& stored) {
             done(stored ? Result<int64_t>(*last) : tl::unexpected(stored.error()));
           }});
}

void Store::PutAnalysis(AnalysisRecord record, NodeDone done) {
  Enqueue({[this, record = std::move(record)] { return ApplyAnalysis(record); }, std::move(done)});
}

Result<void> Store::ApplyAnalysis(const AnalysisRecord& record) {
  RegressionTable regressions(database_);
  for (const auto& [id, row] : record.regressions) {
    auto put = regressions.Put(row.regression, row.is_open, row.changed_unix_nanos);
    if (!put) return put;
  }
  for (const auto id : record.dropped) {
    if (auto dropped = regressions.Drop(id); !dropped) return dropped;
  }
  SeriesTable series(database_);
  for (const auto& [key, row] : record.marks) {
    auto put = row.is_dropped ? series.DropMark(key.first, key.second) : series.PutMark(row.mark);
    if (!put) return put;
  }
  EventTable events(database_);
  for (const auto& event : record.events) {
    if (const auto put = events.Put(event); !put) return tl::unexpected(put.error());
  }
  return {};
}

Result<std::vector<StoredMark>> Store::Marks() {
  const std::lock_guard lock(database_mutex_);
  return SeriesTable(database_).Marks();
}

Result<std::vector<v1::Regression>> Store::OpenRegressions() {
  const std::lock_guard lock(database_mutex_);
  return RegressionTable(database_).Open();
}

Result<std::vector<v1::Regression>> Store::PastPage(const RegressionFilter& filter, uint64_t below,
                                                    uint32_t most) {
  const std::lock_guard lock(database_mutex_);
  return RegressionTable(database_).Over(filter, below, most);
}

// A page at a time, so that nobody waits long for the database, and memory holds little of what is
// not wanted.
Result<std::vector<v1::Regression>> Store::PastRegressions(const RegressionFilter& filter) {
  constexpr uint32_t kPage = 100;
  std::vector<v1::Regression> found;
  uint64_t below = UINT64_MAX;
  while (found.size() < filter.limit) {
    // Nodes are in the payload alone: of a page there may be few.
    const auto missing = filter.limit - static_cast<uint32_t>(found.size());
    const auto most = filter.nodes.empty() ? std::min(kPage, missing) : kPage;
    auto page = PastPage(filter, below, most);
    if (!page) return tl::unexpected(page.error());
    if (page->empty()) break;
    below = page->back().id();
    for (auto& regression : *page) {
      if (filter.nodes.empty() || ShowsIn(regression, filter.nodes)) {
        found.push_back(std::move(regression));
        if (found.size() == filter.limit) break;
      }
    }
  }
  return found;
}

Result<std::optional<v1::Regression>> Store::FindRegression(uint64_t id) {
  const std::lock_guard lock(database_mutex_);
  return RegressionTable(database_).Find(id);
}

Result<uint64_t> Store::LastRegression() {
  const std::lock_guard lock(database_mutex_);
  return RegressionTable(database_).HighestId();
}

void Store::PutDataset(std::string name, std::string json, NodeDone done) {
  // One too many is no failure of the transaction, which others share.
  const auto fits = std::make_shared<bool>(false);
  Enqueue({[this, fits, name = std::move(name), json = std::move(json)]() -> Result<void> {
             const auto put = DatasetTable(database_).Put(name, json);
             if (!put) return tl::unexpected(put.error());
             *fits = *put;
             return {};
           },
           [fits, done = std::move(done)](const Result<void>& stored) {
             if (!done) return;
             done(!stored || *fits ? stored : TooManyDatasets());
           }});
}

Result<std::optional<std::string>> Store::FindDataset(const std::string& name) {
  const std::lock_guard lock(database_mutex_);
  return DatasetTable(database_).Find(name);
}

Result<std::vector<std::string>> Store::DatasetNames() {
  const std::lock_guard lock(database_mutex_);
  return DatasetTable(database_).Names();
}

}  // namespace hypergauge::aggregator
