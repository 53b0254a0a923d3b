#pragma once

#include <string>
#include <vector>

#include "cli/listing.h"
#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/query.pb.h"
#include "program/terminal.h"

/// Figures over time as a person reads them. Pure functions, but for the user's time zone.
namespace hypergauge::cli {

/// What is known of one node's figures.
struct HistoryView {
  std::string node;
  std::string host = {};  ///< drawn beside the node; empty for none
  v1::GetHistoryResponse figures = {};
  v1::ListEpochsResponse epochs = {};
  std::vector<v1::Regression> regressions = {};
};

/// A row a point, series by series, oldest first.
[[nodiscard]] Listing HistoryListing(const v1::GetHistoryResponse& figures);

/// A chart a series of the node, with what happened meanwhile. `ascii`: whatever the locale says.
[[nodiscard]] std::string HistoryCharts(const HistoryView& view, const Terminal& terminal,
                                        bool ascii);

}  // namespace hypergauge::cli
