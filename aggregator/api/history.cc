#include "aggregator/api/history.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "aggregator/api/unknown_names.h"
#include "base/statistics.h"

namespace hypergauge::aggregator {
namespace {

constexpr int64_t kDayNanos = int64_t{24} * 3600 * 1'000'000'000;
// As of what probes say: sums with it do not overflow.
constexpr int64_t kLatestUnixNanos = 4'000'000'000'000'000'000;
constexpr uint32_t kUsualPoints = 500;
constexpr uint32_t kLeastPoints = 2;

using Labels = std::map<std::string, std::string>;

// A series that was asked for.
struct Wanted {
  std::string node;  // label
  StoredSeries series;
  Labels labels;
  const v1::BenchmarkDescriptor* benchmark = nullptr;  // null: no node has it
  const v1::Quantity* quantity = nullptr;              // null: the benchmark has it no more
};

bool HoldsAll(const Labels& labels, const google::protobuf::Map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& label) {
    const auto found = labels.find(label.first);
    return found != labels.end() && found->second == label.second;
  });
}

// The one that most labels name; null where there is none.
const v1::Quantity* QuantityOf(const v1::BenchmarkDescriptor& benchmark, const std::string& family,
                               const Labels& labels) {
  const v1::Quantity* best = nullptr;
  for (const auto& quantity : benchmark.quantities()) {
    if (quantity.family() != family || !HoldsAll(labels, quantity.labels())) continue;
    if (best == nullptr || quantity.labels_size() > best->labels_size()) best = &quantity;
  }
  return best;
}

class Reader {
 public:
  Reader(Store& store, const Fleet& fleet, const v1::GetHistoryRequest& request,
         const HistoryLimits& limits)
      : store_(store), fleet_(fleet), request_(request), limits_(limits) {}

  Result<v1::GetHistoryResponse> Read(int64_t now_unix_nanos);

 private:
  Result<void> Check() const;
  Result<void> SetTime(int64_t now_unix_nanos);
  Result<void> Find(const std::string& node);
  Result<void> Add(const std::string& node, StoredSeries series);
  Result<void> Put(const Wanted& wanted, size_t most_points);
  [[nodiscard]] Error TooManyPoints() const;

  Store& store_;
  const Fleet& fleet_;
  const v1::GetHistoryRequest& request_;
  const HistoryLimits& limits_;
  TimeRange time_;
  std::map<std::string, v1::BenchmarkDescriptor> benchmarks_;
  std::set<std::string> chosen_;  // benchmarks; empty for all
  std::vector<Wanted> wanted_;
  size_t points_read_ = 0;
  v1::GetHistoryResponse response_;
};

Result<void> Reader::Check() const {
  const auto wrong = [](const std::string& why) { return Fail(ErrorCode::kInvalidArgument, why); };
  if (request_.nodes().empty() || request_.nodes_size() > limits_.nodes) {
    return wrong("nodes: 1 to " + std::to_string(limits_.nodes) + " are to be named");
  }
  if (request_.benchmarks_size() > limits_.benchmarks) {
    return wrong("benchmarks: at most " + std::to_string(limits_.benchmarks));
  }
  const auto points = request_.max_points();
  if (points != 0 && (points < kLeastPoints || points > limits_.points_a_series)) {
    return wrong("max_points: " + std::to_string(kLeastPoints) + " to " +
                 std::to_string(limits_.points_a_series) + " points a series, or 0 for " +
                 std::to_string(kUsualPoints));
  }
  for (const auto& [name, moment] : {std::pair{"since", request_.since_unix_nanos()},
                                     std::pair{"until", request_.until_unix_nanos()}}) {
    if (moment < 0 || moment > kLatestUnixNanos) {
      return wrong(std::string(name) + ": must be a time from 1970 to 2096");
    }
  }
  return {};
}

Result<void> Reader::SetTime(int64_t now_unix_nanos) {
  time_.until_unix_nanos =
      request_.until_unix_nanos() == 0 ? now_unix_nanos : request_.until_unix_nanos();
  time_.since_unix_nanos = request_.since_unix_nanos() == 0
                               ? std::max<int64_t>(time_.until_unix_nanos - kDayNanos, 0)
                               : request_.since_unix_nanos();
  if (time_.since_unix_nanos >= time_.until_unix_nanos) {
    return Fail(ErrorCode::kInvalidArgument, "since: must be before until");
  }
  response_.set_since_unix_nanos(time_.since_unix_nanos);
  response_.set_until_unix_nanos(time_.until_unix_nanos);
  return {};
}

Result<void> Reader::Add(const std::string& node, StoredSeries series) {
  const auto& key = series.key;
  if (!chosen_.empty() && !chosen_.contains(key.benchmark)) return {};
  if (!request_.suite().empty() && key.suite != request_.suite()) return {};
  auto labels = ParseLabels(key.labels);
  if (!labels) return tl::unexpected(labels.error());
  Wanted wanted{.node = node, .series = {}, .labels = std::move(*labels)};
  if (const auto found = benchmarks_.find(key.benchmark); found != benchmarks_.end()) {
    wanted.benchmark = &found->second;
    wanted.quantity = QuantityOf(found->second, key.family, wanted.labels);
    const bool primary =
        wanted.quantity != nullptr && wanted.quantity == &found->second.quantities(0);
    if (!request_.all_quantities() && !primary) return {};
  }
  wanted.series = std::move(series);
  wanted_.push_back(std::move(wanted));
  return {};
}

Result<void> Reader::Find(const std::string& node) {
  const auto node_id = fleet_.NodeIdOf(node);
  if (node_id.empty()) return tl::unexpected(NoSuchNode("nodes", node));
  auto all = store_.SeriesOfNode(node_id, time_);
  if (!all) return tl::unexpected(all.error());
  for (auto& series : *all) {
    if (auto added = Add(node, std::move(series)); !added) return added;
  }
  return {};
}

Error Reader::TooManyPoints() const {
  return {ErrorCode::kResourceExhausted,
          "more than " + std::to_string(limits_.points_read) +
              " runs would have to be read; ask for fewer nodes or benchmarks, or a shorter time"};
}

Result<void> Reader::Put(const Wanted& wanted, size_t most_points) {
  const auto points =
      store_.Points(wanted.series.id, time_, limits_.points_read - points_read_ + 1);
  if (!points) return tl::unexpected(points.error());
  points_read_ += points->size();
  if (points_read_ > limits_.points_read) return tl::unexpected(TooManyPoints());
  const auto& key = wanted.series.key;
  auto& series = *response_.add_series();
  series.set_node(wanted.node);
  series.set_benchmark(key.benchmark);
  series.set_suite(key.suite);
  series.set_family(key.family);
  series.mutable_labels()->insert(wanted.labels.begin(), wanted.labels.end());
  series.set_segment(key.segment);
  if (wanted.benchmark != nullptr) series.set_category(wanted.benchmark->category());
  if (wanted.quantity != nullptr) {
    series.set_unit(wanted.quantity->unit());
    series.set_direction(wanted.quantity->direction());
  }
  for (auto& point : JoinPoints(*points, most_points)) *series.add_points() = std::move(point);
  return {};
}

Result<v1::GetHistoryResponse> Reader::Read(int64_t now_unix_nanos) {
  if (const auto checked = Check(); !checked) return tl::unexpected(checked.error());
  if (const auto set = SetTime(now_unix_nanos); !set) return tl::unexpected(set.error());
  for (auto& benchmark : fleet_.Benchmarks()) {
    auto name = benchmark.name();
    benchmarks_.emplace(std::move(name), std::move(benchmark));
  }
  chosen_ = {request_.benchmarks().begin(), request_.benchmarks().end()};
  for (const auto& node : std::set<std::string>(request_.nodes().begin(), request_.nodes().end())) {
    if (const auto found = Find(node); !found) return tl::unexpected(found.error());
  }
  std::sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) {
    const auto order = [](const Wanted& wanted) {
      const auto& key = wanted.series.key;
      return std::tie(wanted.node, key.benchmark, key.suite, key.family, key.labels,
                      wanted.series.id);
    };
    return order(a) < order(b);
  });
  const size_t shown = std::min(wanted_.size(), limits_.series);
  response_.set_left_out(static_cast<uint32_t>(wanted_.size() - shown));
  const size_t asked = request_.max_points() == 0 ? kUsualPoints : request_.max_points();
  const size_t share = std::min(asked, limits_.points / std::max<size_t>(shown, 1));
  for (size_t i = 0; i < shown; ++i) {
    if (const auto put = Put(wanted_[i], share); !put) return tl::unexpected(put.error());
  }
  return std::move(response_);
}

}  // namespace

std::vector<v1::HistoryPoint> JoinPoints(const std::vector<PointInTime>& points, size_t most) {
  const size_t count = std::min(points.size(), most);
  std::vector<v1::HistoryPoint> joined(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = points.size() * i / count;
    const size_t end = points.size() * (i + 1) / count;
    std::vector<double> values;
    values.reserve(end - begin);
    for (size_t at = begin; at < end; ++at) values.push_back(points[at].value);
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    joined[i].set_at_unix_nanos(points[begin].at_unix_nanos);
    joined[i].set_least(*least);
    joined[i].set_greatest(*greatest);
    joined[i].set_runs(static_cast<uint32_t>(values.size()));
    joined[i].set_value(Median(values).value_or(0));
  }
  return joined;
}

Result<v1::GetHistoryResponse> ReadHistory(Store& store, const Fleet& fleet,
                                           const v1::GetHistoryRequest& request,
                                           int64_t now_unix_nanos, const HistoryLimits& limits) {
  return Reader(store, fleet, request, limits).Read(now_unix_nanos);
}

}  // namespace hypergauge::aggregator
