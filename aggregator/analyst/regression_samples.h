#pragma once

#include <vector>

#include "exporter/exposition.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::aggregator {

/// Adds the hypergauge_regression_* families and a sample of each for every regression. Pure.
void AddRegressions(const std::vector<v1::Regression>& open, exporter::Snapshot& snapshot);

}  // namespace hypergauge::aggregator
