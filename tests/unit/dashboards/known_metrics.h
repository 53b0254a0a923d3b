#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace hypergauge::testing {

/// Metrics that a text of PromQL names: hypergauge's own families and recorded series. Quoted text
/// is no name.
[[nodiscard]] std::set<std::string> MetricsIn(std::string promql);

/// All metrics that exist: those that the sources of aggregator and exporter name, the benchmarks'
/// and those that `rules_dir`/*.yml record; of a histogram its buckets, sum and count too.
[[nodiscard]] std::set<std::string> KnownMetrics(const std::filesystem::path& source_dir,
                                                 const std::filesystem::path& rules_dir);

}  // namespace hypergauge::testing
