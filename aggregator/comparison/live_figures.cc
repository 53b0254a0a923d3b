#include "aggregator/comparison/live_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "aggregator/comparison/compared_index.h"
#include "aggregator/comparison/score_messages.h"

namespace hypergauge::aggregator {
namespace {

constexpr size_t kMostRuns = 500;  // of a series that cannot be paired

// What two series must share to be compared; the segment too.
using WorkKey = std::tuple<std::string, std::string, std::string, std::string, std::string>;

WorkKey WorkOf(const SeriesKey& key) {
  return {key.benchmark, key.suite, key.family, key.labels, key.segment};
}

// A series that is compared, of one node.
struct Candidate {
  const StoredSeries* series = nullptr;
  const ComparedQuantity* quantity = nullptr;
  std::map<std::string, std::string> labels;
};

std::vector<double> Values(const std::vector<StoredPoint>& points) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const auto& point : points) values.push_back(point.value);
  return values;
}

// Logarithms of times: of a rate those of its reciprocal.
std::vector<double> TimeLogs(const std::vector<double>& values, bool higher_is_better) {
  std::vector<double> logs;
  for (const double value : values) {
    if (!(value > 0)) continue;
    logs.push_back(higher_is_better ? -std::log(value) : std::log(value));
  }
  return logs;
}

class Collector {
 public:
  Collector(Store& store, const ComparedFleet& fleet, const v1::CompareRequest& request)
      : store_(store), fleet_(fleet), index_(fleet, request), since_(request.since_unix_nanos()) {}

  Result<LiveFigures> Collect();

 private:
  using Points = std::vector<StoredPoint>;

  Result<void> Sort(const std::vector<StoredSeries>& all);
  Result<void> Compare(const v1::Node& guest);
  // Nothing where the two have nothing in common.
  Result<bool> Pair(const v1::Node& guest, const v1::Node& host, const Candidate& candidate);
  Result<bool> Substitute(const v1::Node& guest, const v1::Node& metal, const Candidate& candidate);
  void Add(const v1::Node& guest, const v1::Node& baseline, const Candidate& candidate,
           const analysis::Overhead& overhead, analysis::NodeFigure figure, bool substitute,
           const std::pair<double, double>& medians);
  Result<void> AddPilotTimes();
  Result<const Points*> RoundPoints(int64_t series);
  Result<Points> Runs(int64_t series);

  Store& store_;
  const ComparedFleet& fleet_;
  ComparedIndex index_;
  int64_t since_;
  std::map<std::string, std::vector<Candidate>> candidates_;  // by node_id, newest series first
  std::map<std::pair<std::string, WorkKey>, const StoredSeries*> by_work_;  // by node_id and work
  std::map<int64_t, Points> host_points_;
  LiveFigures result_;
};

Result<void> Collector::Sort(const std::vector<StoredSeries>& all) {
  for (auto each = all.rbegin(); each != all.rend(); ++each) {
    auto labels = ParseLabels(each->key.labels);
    if (!labels) return tl::unexpected(labels.error());
    const auto* quantity = index_.QuantityOf(each->key.benchmark, each->key.family, *labels);
    if (quantity == nullptr) continue;
    candidates_[each->key.node_id].push_back({&*each, quantity, std::move(*labels)});
    by_work_[{each->key.node_id, WorkOf(each->key)}] = &*each;
  }
  return {};
}

Result<const Collector::Points*> Collector::RoundPoints(int64_t series) {
  const auto found = host_points_.find(series);
  if (found != host_points_.end()) return &found->second;
  auto points = store_.RoundPoints(series, since_);
  if (!points) return tl::unexpected(points.error());
  return &host_points_.emplace(series, std::move(*points)).first->second;
}

Result<Collector::Points> Collector::Runs(int64_t series) {
  auto points = store_.LastPoints(series, kMostRuns);
  if (!points) return points;
  points->erase(std::remove_if(points->begin(), points->end(),
                               [&](const auto& point) { return point.at_unix_nanos < since_; }),
                points->end());
  return points;
}

void Collector::Add(const v1::Node& guest, const v1::Node& baseline, const Candidate& candidate,
                    const analysis::Overhead& overhead, analysis::NodeFigure figure,
                    bool substitute, const std::pair<double, double>& medians) {
  const auto& key = candidate.series->key;
  const auto& quantity = *candidate.quantity;
  figure.platform = index_.PlatformOf(guest);
  figure.node = guest.label();
  figure.host = substitute ? guest.label() : baseline.label();
  figure.benchmark = quantity.name;
  figure.category = quantity.benchmark->category();
  const auto facts = index_.FactsOf(guest, key.benchmark, key.suite);
  const bool marked =
      std::find(facts.marks.begin(), facts.marks.end(), "cached") != facts.marks.end();
  figure.cached = quantity.quantity->unranked() || marked;

  v1::Overhead message;
  message.set_node(guest.label());
  message.set_baseline(baseline.label());
  message.set_substitute(substitute);
  message.set_platform(guest.platform().name());
  message.set_platform_version(guest.platform().version());
  message.set_benchmark(quantity.name);
  message.set_category(figure.category);
  message.set_suite(key.suite);
  message.set_family(key.family);
  message.mutable_labels()->insert(candidate.labels.begin(), candidate.labels.end());
  message.set_unranked(figure.cached);
  message.set_unit(quantity.quantity->unit());
  message.set_baseline_median(medians.first);
  message.set_node_median(medians.second);
  PutOverhead(overhead, message);
  if (overhead.super_native) {
    for (auto& fact :
         analysis::FactsToReview(index_.FactsOf(baseline, key.benchmark, key.suite), facts)) {
      message.add_review(std::move(fact));
    }
  }
  result_.overheads.push_back(std::move(message));
  result_.figures.push_back(std::move(figure));
}

Result<bool> Collector::Pair(const v1::Node& guest, const v1::Node& host,
                             const Candidate& candidate) {
  const auto same = by_work_.find({host.identity().node_id(), WorkOf(candidate.series->key)});
  if (same == by_work_.end()) return false;
  const auto of_guest = store_.RoundPoints(candidate.series->id, since_);
  if (!of_guest) return tl::unexpected(of_guest.error());
  const auto of_host = RoundPoints(same->second->id);
  if (!of_host) return tl::unexpected(of_host.error());
  std::map<uint64_t, analysis::Block> blocks;
  for (const auto& point : **of_host) blocks[point.round].host.push_back(point.value);
  for (const auto& point : *of_guest) blocks[point.round].guest.push_back(point.value);
  analysis::NodeFigure figure;
  std::vector<double> log_ratios;
  std::vector<double> host_values;
  std::vector<double> guest_values;
  for (const auto& [round, block] : blocks) {
    const auto ratio = analysis::LogRatio(block, candidate.quantity->higher_is_better());
    if (!ratio) continue;
    log_ratios.push_back(*ratio);
    figure.rounds.push_back({round, *ratio});
    host_values.insert(host_values.end(), block.host.begin(), block.host.end());
    guest_values.insert(guest_values.end(), block.guest.begin(), block.guest.end());
  }
  const auto overhead = analysis::OverheadOf(log_ratios);
  if (!overhead) return false;
  Add(guest, host, candidate, *overhead, std::move(figure), false,
      {*Median(host_values), *Median(guest_values)});
  return true;
}

Result<bool> Collector::Substitute(const v1::Node& guest, const v1::Node& metal,
                                   const Candidate& candidate) {
  const auto same = by_work_.find({metal.identity().node_id(), WorkOf(candidate.series->key)});
  if (same == by_work_.end()) return false;
  const auto of_guest = Runs(candidate.series->id);
  if (!of_guest) return tl::unexpected(of_guest.error());
  const auto of_metal = Runs(same->second->id);
  if (!of_metal) return tl::unexpected(of_metal.error());
  const bool higher = candidate.quantity->higher_is_better();
  const auto guest_values = Values(*of_guest);
  const auto metal_values = Values(*of_metal);
  const auto overhead = analysis::UnpairedOverheadOf(metal_values, guest_values, higher);
  if (!overhead) return false;
  analysis::NodeFigure figure;
  figure.baseline_logs = TimeLogs(metal_values, higher);
  figure.node_logs = TimeLogs(guest_values, higher);
  Add(guest, metal, candidate, *overhead, std::move(figure), true,
      {*Median(metal_values), *Median(guest_values)});
  return true;
}

Result<void> Collector::Compare(const v1::Node& guest) {
  const auto baseline = index_.BaselineOf(guest);
  if (baseline.nodes.empty()) {
    result_.without_baseline.push_back(guest.label());
    return {};
  }
  // The newest segment of each work that has something in common with the baseline.
  std::set<std::tuple<std::string, std::string, std::string, std::string>> done;
  for (const auto& candidate : candidates_[guest.identity().node_id()]) {
    const auto& key = candidate.series->key;
    if (done.contains({key.benchmark, key.suite, key.family, key.labels})) continue;
    for (const auto* node : baseline.nodes) {
      const auto compared =
          baseline.substitute ? Substitute(guest, *node, candidate) : Pair(guest, *node, candidate);
      if (!compared) return tl::unexpected(compared.error());
      if (!*compared) continue;
      done.insert({key.benchmark, key.suite, key.family, key.labels});
      break;
    }
  }
  return {};
}

// The same work in another suite has another size: of each test the work that most nodes did.
Result<void> Collector::AddPilotTimes() {
  for (const char* test : analysis::kPilotTests) {
    std::map<WorkKey, std::vector<std::pair<const v1::Node*, const Candidate*>>> works;
    for (const auto& node : fleet_.nodes) {
      for (const auto& candidate : candidates_[node.identity().node_id()]) {
        if (candidate.quantity->name == test) {
          works[WorkOf(candidate.series->key)].emplace_back(&node, &candidate);
        }
      }
    }
    const auto most = std::max_element(
        works.begin(), works.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    if (most == works.end()) continue;
    for (const auto& [node, candidate] : most->second) {
      const auto points = Runs(candidate->series->id);
      if (!points) return tl::unexpected(points.error());
      const auto values = Values(*points);
      if (values.empty()) continue;
      const double mean =
          std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
      result_.pilot_times.push_back({index_.PlatformOf(*node), test,
                                     candidate->quantity->higher_is_better() ? 1 / mean : mean});
    }
  }
  return {};
}

// Of each node and benchmark the figure with most blocks: of two suites, of two peers.
std::vector<analysis::NodeFigure> OneEach(std::vector<analysis::NodeFigure> figures) {
  const auto blocks = [](const analysis::NodeFigure& figure) {
    return figure.rounds.size() + std::min(figure.baseline_logs.size(), figure.node_logs.size());
  };
  std::map<std::pair<std::string, std::string>, analysis::NodeFigure> best;
  for (auto& figure : figures) {
    auto& place = best[{figure.node, figure.benchmark}];
    if (blocks(figure) > blocks(place)) place = std::move(figure);
  }
  std::vector<analysis::NodeFigure> chosen;
  chosen.reserve(best.size());
  for (auto& [name, figure] : best) chosen.push_back(std::move(figure));
  return chosen;
}

Result<LiveFigures> Collector::Collect() {
  const auto all = store_.AllSeries();
  if (!all) return tl::unexpected(all.error());
  if (auto sorted = Sort(*all); !sorted) return tl::unexpected(sorted.error());
  for (const auto& node : fleet_.nodes) {
    if (!IsGuest(node)) continue;
    if (auto compared = Compare(node); !compared) return tl::unexpected(compared.error());
  }
  if (auto added = AddPilotTimes(); !added) return tl::unexpected(added.error());
  result_.figures = OneEach(std::move(result_.figures));
  std::sort(result_.overheads.begin(), result_.overheads.end(), [](const auto& a, const auto& b) {
    return std::tie(a.platform(), a.node(), a.category(), a.benchmark(), a.suite()) <
           std::tie(b.platform(), b.node(), b.category(), b.benchmark(), b.suite());
  });
  return std::move(result_);
}

}  // namespace

Result<LiveFigures> CollectFigures(Store& store, const ComparedFleet& fleet,
                                   const v1::CompareRequest& request) {
  return Collector(store, fleet, request).Collect();
}

}  // namespace hypergauge::aggregator
