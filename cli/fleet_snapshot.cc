#include "cli/fleet_snapshot.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/comparison_text.h"
#include "cli/json.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kSlowEvery = 20 * kSecond;  // comparisons are made anew every five minutes

int64_t OurNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::nanoseconds(now).count();
}

// Both, for the aggregator makes them together.
Result<void> AskComparisons(AnalysisClient& analysis, FleetSnapshot& fleet) {
  auto platforms = analysis.ListPlatforms();
  if (!platforms) return tl::unexpected(platforms.error());
  const auto overheads = analysis.ListOverheads();
  if (!overheads) return tl::unexpected(overheads.error());
  fleet.platforms = {platforms->platforms().begin(), platforms->platforms().end()};
  std::stable_sort(fleet.platforms.begin(), fleet.platforms.end(),
                   [](const v1::PlatformScore& a, const v1::PlatformScore& b) {
                     return a.overall().ratio() > b.overall().ratio();
                   });
  fleet.overheads = OverheadsByNode(*overheads);
  return {};
}

}  // namespace

NodeState StateOf(const v1::Node& node, int64_t now_unix_nanos) {
  constexpr int64_t kUsual = 1800 * kSecond;
  if (!node.connected()) return NodeState::kDown;
  if (node.has_progress()) return NodeState::kMeasuring;
  const int64_t interval =
      node.wanted_interval_seconds() > 0 ? node.wanted_interval_seconds() * kSecond : kUsual;
  return now_unix_nanos - node.last_seen_unix_nanos() > 2 * interval ? NodeState::kSilent
                                                                     : NodeState::kUp;
}

std::string StateText(const v1::Node& node, int64_t now_unix_nanos) {
  const std::string since = FormatDuration(now_unix_nanos - node.last_seen_unix_nanos());
  switch (StateOf(node, now_unix_nanos)) {
    case NodeState::kDown:
      return node.last_seen_unix_nanos() == 0 ? "down" : "down " + since;
    case NodeState::kSilent:
      return "silent " + since;
    case NodeState::kMeasuring: {
      const auto& progress = node.progress();
      const std::string done = "measuring " + std::to_string(progress.finished_benchmarks()) + "/" +
                               std::to_string(progress.total_benchmarks());
      return progress.benchmark().empty() ? done : done + " " + progress.benchmark();
    }
    default:
      return "up";
  }
}

Result<FleetSnapshot> AskFleet(Client& client, AnalysisClient& analysis,
                               const FleetSnapshot* before) {
  FleetSnapshot fleet;
  fleet.taken_unix_nanos = OurNow();
  auto status = client.GetStatus();
  if (status) {
    fleet.status = std::move(*status);
  } else if (status.error().code != ErrorCode::kUnsupported) {
    return tl::unexpected(status.error());
  }
  v1::ListNodesRequest request;
  request.set_brief(true);
  const auto nodes = client.ListNodes(request);
  if (!nodes) return tl::unexpected(nodes.error());
  fleet.nodes = {nodes->nodes().begin(), nodes->nodes().end()};
  const auto regressions = analysis.ListRegressions({});
  if (!regressions) return tl::unexpected(regressions.error());
  fleet.regressions = {regressions->regressions().begin(), regressions->regressions().end()};
  const bool still_good =
      before != nullptr && !before->overheads.empty() &&
      fleet.taken_unix_nanos / kSlowEvery == before->taken_unix_nanos / kSlowEvery;
  if (still_good) {
    fleet.platforms = before->platforms;
    fleet.overheads = before->overheads;
    return fleet;
  }
  if (auto asked = AskComparisons(analysis, fleet); !asked) return tl::unexpected(asked.error());
  return fleet;
}

std::map<std::string, double> OverheadsByNode(const v1::ListOverheadsResponse& all) {
  std::map<std::string, std::pair<double, int>> logs;
  for (const auto& each : all.overheads()) {
    if (each.unranked() || !(each.ratio() > 0)) continue;
    auto& [sum, count] = logs[each.node()];
    sum += std::log(each.ratio());
    ++count;
  }
  std::map<std::string, double> means;
  for (const auto& [node, sum] : logs) means[node] = std::exp(sum.first / sum.second);
  return means;
}

int64_t NowOf(const FleetSnapshot& fleet) {
  return fleet.status ? fleet.status->now_unix_nanos() : fleet.taken_unix_nanos;
}

Listing FleetListing(const FleetSnapshot& fleet) {
  const int64_t now = NowOf(fleet);
  Listing listing({{"NODE", "node"},
                   {"ROLE", "role"},
                   {"PLATFORM", "platform"},
                   {"HOST", "host"},
                   {"OVERHEAD", "overhead", true},
                   {"STATE", "state"},
                   {"LAST SEEN", "last_seen"}},
                  "no nodes");
  std::vector<const v1::Node*> order;
  for (const auto& node : fleet.nodes) order.push_back(&node);
  const auto overhead_of = [&](const v1::Node& node) {
    const auto found = fleet.overheads.find(node.label());
    return found == fleet.overheads.end() ? 0 : found->second;
  };
  std::stable_sort(order.begin(), order.end(), [&](const v1::Node* a, const v1::Node* b) {
    return overhead_of(*a) > overhead_of(*b);
  });
  for (const auto* node : order) {
    const double overhead = overhead_of(*node);
    listing.AddRow({node->label(), EnumWord(v1::Role_Name(node->role()), "ROLE_"),
                    OptionalCell(node->platform().name()), OptionalCell(node->placement().host()),
                    overhead > 0 ? NumberCell(RatioText(overhead), overhead) : OptionalCell(""),
                    StateText(*node, now), MomentCell(node->last_seen_unix_nanos())});
  }
  return listing;
}

std::string FleetJson(const FleetSnapshot& fleet) {
  using nlohmann::ordered_json;
  v1::ListNodesResponse nodes;
  nodes.mutable_nodes()->Add(fleet.nodes.begin(), fleet.nodes.end());
  v1::ListRegressionsResponse regressions;
  regressions.mutable_regressions()->Add(fleet.regressions.begin(), fleet.regressions.end());
  v1::ListPlatformsResponse platforms;
  platforms.mutable_platforms()->Add(fleet.platforms.begin(), fleet.platforms.end());
  ordered_json json = ordered_json::parse(JsonOfAll({&nodes, &regressions, &platforms}));
  json["status"] = nullptr;
  if (fleet.status) json["status"] = ordered_json::parse(Json(*fleet.status));
  json["overheads"] = fleet.overheads;
  return json.dump(1) + "\n";
}

}  // namespace hypergauge::cli
