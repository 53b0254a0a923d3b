#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace hypergauge::testing {

/// Metrics that a text of PromQL names: hypergauge's own families and recorded series. Quoted text
/// is no name.
[[nodiscard]] std::set<std::string> MetricsIn(std::string promql);

/// All metrics that exist: the aggregator's, the benchmarks' and those that `rules_dir`/*.yml
/// record.
[[nodiscard]] std::set<std::string> KnownMetrics(const std::string& rules_dir);

/// What is wrong with a Grafana dashboard, a sentence each; empty when all is well.
[[nodiscard]] std::vector<std::string> Complaints(nlohmann::json dashboard,
                                                  const std::set<std::string>& known_metrics);

}  // namespace hypergauge::testing
