#pragma once

#include <string>
#include <vector>

#include "cli/listing.h"
#include "hypergauge/v1/query.pb.h"

/// From what the aggregator answers to what a person reads. Pure functions.
namespace hypergauge::cli {

using Latest = v1::ListLatestRunsResponse::Latest;

/// What is known of all nodes, as asked for at one time.
struct FleetView {
  std::vector<v1::Node> nodes;
  std::vector<v1::BenchmarkDescriptor> benchmarks;
  std::vector<Latest> latest;
};

/// One node's last runs: benchmark, median, unit, spread, samples, verdict; a row a quantity.
/// Figures are those of the last run; a run without figures shows why.
[[nodiscard]] std::string NodeTable(const FleetView& view, const v1::Node& node);

/// A guest beside its host: benchmark, host, guest, ratio. The ratio is host / guest or guest /
/// host so that 2.00 means that the guest takes twice as long or reaches half as much. Shown only
/// where both have clean figures of the same benchmark version, suite, labels and kind of peer.
[[nodiscard]] std::string ComparisonTable(const FleetView& view, const v1::Node& host,
                                          const v1::Node& guest);

/// All of the above: a table a node, then a comparison a guest whose host is there too.
[[nodiscard]] std::string ResultsText(const FleetView& view);

/// For programs: a row a figure of a last run, or a run that has none.
[[nodiscard]] Listing ResultsListing(const FleetView& view);

/// All that is known, as one object: nodes, benchmarks, latest.
[[nodiscard]] std::string ResultsJson(const FleetView& view);

}  // namespace hypergauge::cli
