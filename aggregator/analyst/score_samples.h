#pragma once

#include "exporter/exposition.h"
#include "hypergauge/v1/analysis.pb.h"

/// From a comparison to the series that a scrape shows. Pure functions.
namespace hypergauge::aggregator {

/// The hypergauge_overhead_* and hypergauge_platform_* families.
void AddScoreFamilies(exporter::Snapshot& snapshot);

/// Of all overheads and platforms. What is not known has no sample: no interval, no bound.
[[nodiscard]] exporter::SourceSamples ScoreSamples(const v1::CompareResponse& compared);

}  // namespace hypergauge::aggregator
