#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

/// Public series that the change-point detector is scored on; tests/data/changepoints/NOTICE says
/// whose they are.
namespace hypergauge::bench {

struct LabelledSeries {
  std::string name;
  std::vector<double> values;
  std::optional<size_t> change;  ///< the first value behind the regression, where there is one
};

/// `<folder>/sap_small_2021`: the median of each build, in the order of the builds.
/// Errors: what cannot be read or parsed, by file and line.
[[nodiscard]] Result<std::vector<LabelledSeries>> ReadSapSmall(const std::filesystem::path& folder);

/// `<folder>/sap_large_2022/series.csv`: series without labels. Errors: likewise.
[[nodiscard]] Result<std::vector<LabelledSeries>> ReadSapLarge(const std::filesystem::path& folder);

/// `<folder>/nab_aws/*.csv` and `<folder>/otava_tigerbeetle/series.json`: series that nobody
/// labelled for shifts of their level, by name. Errors: likewise.
[[nodiscard]] Result<std::vector<LabelledSeries>> ReadUnlabelled(
    const std::filesystem::path& folder);

}  // namespace hypergauge::bench
