#pragma once

#include <chrono>
#include <map>
#include <string>

#include "aggregator/ingest/fleet.h"
#include "exporter/exposition.h"

/// From a node's state to the series that a scrape shows. Pure functions.
namespace hypergauge::aggregator {

/// The families that every node has, whatever its benchmarks.
[[nodiscard]] const std::map<std::string, exporter::Family, std::less<>>& NodeFamilies();

/// Adds the families that a benchmark declares. A name that is taken stays as it was: a probe can
/// redefine neither hypergauge's own families nor those of another benchmark.
void AddBenchmarkFamilies(const v1::BenchmarkDescriptor& descriptor,
                          std::map<std::string, exporter::Family, std::less<>>& families);

/// Everything of a node that changes only with its runs and its Hello. A series ends 2.5 intervals
/// of its own after the run that it shows: a benchmark outside of the light suite's core comes in
/// every fourth cycle, another suite once a day.
/// interval: between two cycles of a node that asks for no other.
[[nodiscard]] exporter::SourceSamples NodeSamples(const NodeState& state,
                                                  std::chrono::nanoseconds interval);

/// Adds what changes by itself: whether the node is there, when it was last heard of, its spool.
void AddLiveSamples(const NodeState& state, exporter::SourceSamples& samples);

}  // namespace hypergauge::aggregator
