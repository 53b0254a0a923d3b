#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/exposition.h"
#include "hypergauge/v1/query.pb.h"

/// What a node is and runs on, as series of value 1. Pure functions.
namespace hypergauge::aggregator {

/// Label values are cut at so many bytes.
inline constexpr size_t kMostLabelBytes = 128;

struct InfoSeries {
  std::string family;
  exporter::LabelSet labels;
};

/// hypergauge_platform_info, hypergauge_environment_info, hypergauge_environment_fact_info.
[[nodiscard]] const std::vector<exporter::Family>& MachineFamilies();

/// A fact becomes a series only where it is in the list of those that do: a probe can name facts as
/// it likes. A value that looks like an identity (UUID, MAC address, digest) becomes none.
[[nodiscard]] std::vector<InfoSeries> MachineSeries(const v1::Node& node);

/// The facts that are exported, by name.
[[nodiscard]] const std::vector<std::string_view>& ExportedFacts();

}  // namespace hypergauge::aggregator
