#pragma once

#include <chrono>
#include <vector>

#include "aggregator/analysis/regression.h"
#include "aggregator/yaml_reader.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::aggregator {

/// What the configuration's `analysis` says.
struct AnalysisOptions {
  std::chrono::nanoseconds round = std::chrono::minutes(1);  ///< between two looks at what came in
  analysis::RegressionOptions regressions;
  std::vector<v1::HardwareGroup> hardware;
};

/// Throws ConfigError.
[[nodiscard]] AnalysisOptions ReadAnalysis(const YAML::Node& node);

}  // namespace hypergauge::aggregator
