#include "aggregator/analysis/data_set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>
#include <utility>

namespace hypergauge::analysis {
namespace {

const DataSetNode* FindNode(const DataSet& data, const std::string& name) {
  for (const auto& node : data.nodes) {
    if (node.node == name) return &node;
  }
  return nullptr;
}

// A bare-metal node has no host of its own and stands for the hosts of its hardware group.
const DataSetNode* BaselineOf(const DataSet& data, const DataSetNode& guest) {
  const auto* host = FindNode(data, guest.host);
  if (host != nullptr && host != &guest) return host;
  for (const auto& node : data.nodes) {
    if (node.is_host && node.hardware == guest.hardware) return &node;
  }
  return nullptr;
}

const DataSetResult* FindResult(const DataSet& data, const std::string& node,
                                const DataSetResult& like) {
  for (const auto& result : data.results) {
    if (result.node == node && result.benchmark == like.benchmark && result.unit == like.unit) {
      return &result;
    }
  }
  return nullptr;
}

// As times: the reciprocal of a rate.
std::vector<double> TimeLogs(const DataSetResult& result) {
  std::vector<double> logs;
  for (const double sample : result.samples) {
    logs.push_back(result.higher_is_better ? -std::log(sample) : std::log(sample));
  }
  return logs;
}

// The first unit of each benchmark: what else there is says the same of the same runs.
bool IsFirstUnit(const DataSet& data, const DataSetResult& result) {
  for (const auto& other : data.results) {
    if (other.benchmark == result.benchmark) return other.unit == result.unit;
  }
  return false;
}

}  // namespace

std::string CategoryOf(const std::string& benchmark) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kCategories = {
      {{"cpu_", "cpu"},
       {"fpu_", "cpu"},
       {"compile", "cpu"},
       {"memory_", "memory"},
       {"disk_", "disk"},
       {"network_", "network"},
       {"net_", "network"},
       {"kernel_", "kernel"},
       {"tool_", "tools"}}};
  for (const auto& [prefix, category] : kCategories) {
    if (benchmark.starts_with(prefix)) return std::string(category);
  }
  return "other";
}

std::vector<DataSetOverhead> OverheadsOf(const DataSet& data) {
  std::set<std::string> cached;
  for (const auto& result : data.results) {
    if (result.cached) cached.insert(result.benchmark);
  }
  std::vector<DataSetOverhead> overheads;
  for (const auto& result : data.results) {
    const auto* node = FindNode(data, result.node);
    if (node == nullptr || node->is_host || !IsFirstUnit(data, result)) continue;
    const auto* baseline = BaselineOf(data, *node);
    const auto* of_baseline =
        baseline == nullptr ? nullptr : FindResult(data, baseline->node, result);
    if (of_baseline == nullptr) continue;
    const auto overhead =
        UnpairedOverheadOf(of_baseline->samples, result.samples, result.higher_is_better);
    if (!overhead) continue;
    DataSetOverhead each;
    each.figure.platform = node->platform;
    each.figure.node = node->node;
    each.figure.host = node->node;  // machines of their own, of which each was measured alone
    each.figure.benchmark = result.benchmark;
    each.figure.category = CategoryOf(result.benchmark);
    each.figure.cached = cached.contains(result.benchmark);
    each.figure.baseline_logs = TimeLogs(*of_baseline);
    each.figure.node_logs = TimeLogs(result);
    each.baseline = baseline->node;
    each.substitute = baseline->node != node->host;
    each.unit = result.unit;
    each.baseline_median = *Median(of_baseline->samples);
    each.node_median = *Median(result.samples);
    each.overhead = *overhead;
    overheads.push_back(std::move(each));
  }
  return overheads;
}

std::vector<PilotTime> PilotTimesOf(const DataSet& data) {
  std::vector<PilotTime> times;
  for (const auto& result : data.results) {
    const bool is_test = std::find(std::begin(kPilotTests), std::end(kPilotTests),
                                   result.benchmark) != std::end(kPilotTests);
    const auto* node = FindNode(data, result.node);
    if (!is_test || node == nullptr || !IsFirstUnit(data, result)) continue;
    const double mean = std::accumulate(result.samples.begin(), result.samples.end(), 0.0) /
                        static_cast<double>(result.samples.size());
    times.push_back({node->platform, result.benchmark, result.higher_is_better ? 1 / mean : mean});
  }
  return times;
}

}  // namespace hypergauge::analysis
