#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hypergauge::analysis {

/// The data sets that every program carries: the files of aggregator/datasets/, by the name of the
/// file without its ending. Each is JSON in the form that ParseDataSet reads; nothing for others.
[[nodiscard]] std::optional<std::string_view> ShippedDataSet(std::string_view name);

/// Their names, sorted.
[[nodiscard]] std::vector<std::string> ShippedDataSetNames();

}  // namespace hypergauge::analysis
