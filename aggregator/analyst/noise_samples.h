#pragma once

#include <vector>

#include "aggregator/analysis/regression.h"
#include "aggregator/analyst/regression_messages.h"
#include "exporter/exposition.h"

/// From the noise of series to what a scrape shows. Pure functions.
namespace hypergauge::aggregator {

/// The hypergauge_series_* families.
void AddNoiseFamilies(exporter::Snapshot& snapshot);

/// Of all series whose node is listed.
[[nodiscard]] exporter::SourceSamples NoiseSamples(const std::vector<analysis::SeriesNoise>& series,
                                                   const NodeLabels& label_of);

}  // namespace hypergauge::aggregator
