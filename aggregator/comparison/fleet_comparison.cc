#include "aggregator/comparison/fleet_comparison.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace hypergauge::aggregator {
namespace {

// What is asked, whatever the scale.
std::string QuestionOf(v1::CompareRequest request) {
  request.clear_scale();
  return request.SerializeAsString();
}

std::string Listed(const std::set<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The groups without the nodes that the fleet does not have, whose names are added to `unknown`.
std::vector<v1::HardwareGroup> KnownGroups(const std::vector<v1::HardwareGroup>& groups,
                                           const ComparedFleet& fleet,
                                           std::set<std::string>& unknown) {
  std::set<std::string> labels;
  for (const auto& node : fleet.nodes) labels.insert(node.label());
  std::vector<v1::HardwareGroup> known;
  known.reserve(groups.size());
  for (const auto& group : groups) {
    auto& kept = known.emplace_back();
    kept.set_name(group.name());
    for (const auto& label : group.nodes()) {
      if (labels.contains(label)) {
        kept.add_nodes(label);
      } else {
        unknown.insert(label);
      }
    }
  }
  return known;
}

}  // namespace

std::vector<v1::HardwareGroup> FleetComparison::DeclaredGroups(const ComparedFleet& fleet) {
  std::set<std::string> unknown;
  auto groups = KnownGroups(groups_, fleet, unknown);
  // Told again once another one is missing, not whenever one has come.
  const bool is_news =
      !std::includes(warned_.begin(), warned_.end(), unknown.begin(), unknown.end());
  warned_ = std::move(unknown);
  if (is_news) {
    spdlog::warn("analysis.hardware: there is no node {}; it is left out of its hardware group",
                 Listed(warned_));
  }
  return groups;
}

Result<v1::CompareResponse> FleetComparison::Compare(const v1::CompareRequest& request) {
  if (!request.dataset().empty()) {
    return aggregator::Compare(store_, {}, request, clock_.Realtime().count());
  }
  const auto made = shared_.Get(QuestionOf(request), [&] {
    const ComparedFleet fleet{fleet_.Nodes(), fleet_.Benchmarks(), fleet_.LatestRuns({})};
    auto live = request;
    if (live.hardware_groups().empty()) {
      for (auto& group : DeclaredGroups(fleet)) *live.add_hardware_groups() = std::move(group);
    }
    return CompareLive(store_, fleet, live, clock_.Realtime().count());
  });
  if (!made) return tl::unexpected(made.error());
  return OnScale(**made, request.scale());
}

}  // namespace hypergauge::aggregator
