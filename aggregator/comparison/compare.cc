#include "aggregator/comparison/compare.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "aggregator/analysis/platform_scores.h"
#include "aggregator/comparison/live_figures.h"
#include "aggregator/comparison/score_messages.h"
#include "aggregator/ingest/fleet.h"
#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::nanoseconds kDefaultSpan = std::chrono::hours(24 * 30);
constexpr int kMostGroups = 1000;
constexpr size_t kMostNamed = 5;

// "a, b, c and 3 more".
std::string Names(const std::set<std::string>& names) {
  std::string text;
  size_t told = 0;
  for (const auto& name : names) {
    if (told == kMostNamed) {
      return text + " and " + std::to_string(names.size() - told) + " more";
    }
    text += (told++ == 0 ? "" : ", ") + name;
  }
  return text;
}

Result<void> CheckRequest(const v1::CompareRequest& request, const ComparedFleet& fleet) {
  const auto refuse = [](const std::string& what) {
    return Fail(ErrorCode::kInvalidArgument, what);
  };
  if (!request.scale().empty() && request.scale() != kRatioScale &&
      request.scale() != kPilotScale) {
    return refuse("scale is \"" + Printable(request.scale(), 64) + "\"; it is ratio or pilot");
  }
  if (request.since_unix_nanos() < 0) return refuse("since_unix_nanos is negative");
  if (request.hardware_groups_size() > kMostGroups) {
    return refuse("hardware_groups has more than " + std::to_string(kMostGroups) + " entries");
  }
  std::set<std::string> labels;
  for (const auto& node : fleet.nodes) labels.insert(node.label());
  std::set<std::string> grouped;
  for (int i = 0; i < request.hardware_groups_size(); ++i) {
    const std::string place = "hardware_groups[" + std::to_string(i) + "]";
    const auto& group = request.hardware_groups(i);
    if (group.name().empty()) return refuse(place + ".name is empty");
    for (const auto& label : group.nodes()) {
      if (!labels.contains(label)) {
        return Fail(ErrorCode::kNotFound,
                    place + ".nodes: there is no node \"" + Printable(label, 253) + "\"");
      }
      if (!grouped.insert(label).second) {
        return refuse(place + ".nodes: \"" + label + "\" is in a group already");
      }
    }
  }
  return {};
}

void PutNotes(const LiveFigures& figures, v1::CompareResponse& response) {
  std::set<std::string> without_interval;
  std::set<std::string> unranked;
  std::set<std::string> too_fast;
  bool substitutes = false;
  for (const auto& each : figures.overheads) {
    if (each.upper() == 0) without_interval.insert(each.node() + " " + each.benchmark());
    if (each.unranked()) unranked.insert(each.benchmark());
    if (each.super_native()) too_fast.insert(each.node() + " " + each.benchmark());
    substitutes = substitutes || each.substitute();
  }
  std::set<std::string> few_hosts;
  for (const auto& platform : response.platforms()) {
    if (platform.nodes() > 0 && platform.hosts() < 6) few_hosts.insert(platform.platform());
  }
  if (!without_interval.empty()) {
    response.add_notes("Fewer than 6 paired blocks, hence no interval: " + Names(without_interval) +
                       ".");
  }
  if (!few_hosts.empty()) {
    response.add_notes(
        "Measured on fewer than 6 hosts, so that the intervals speak of these very "
        "hosts: " +
        Names(few_hosts) + ".");
  }
  if (!too_fast.empty()) {
    response.add_notes(
        "More than 5 % faster than the baseline; look at clock, cache and threads "
        "before you believe it: " +
        Names(too_fast) + ".");
  }
  if (substitutes) {
    response.add_notes(
        "Where no probe runs on the host, the baseline is a bare-metal node of the "
        "same hardware group: such figures are not paired.");
  }
  if (!unranked.empty()) {
    response.add_notes("Shown and never ranked, because they measure a cache or have no ratio: " +
                       Names(unranked) + ".");
  }
  if (!figures.without_baseline.empty()) {
    response.add_notes(
        "Compared with nothing, since no probe runs on the host and they are in no "
        "hardware group with a bare-metal node: " +
        Names({figures.without_baseline.begin(), figures.without_baseline.end()}) + ".");
  }
}

Result<v1::CompareResponse> CompareLive(Store& store, const ComparedFleet& fleet,
                                        const v1::CompareRequest& request, int64_t now) {
  auto figures = CollectFigures(store, fleet, request);
  if (!figures) return tl::unexpected(figures.error());
  v1::CompareResponse response;
  response.set_scale(request.scale().empty() ? kRatioScale : request.scale());
  response.set_source("runs of this aggregator's fleet");
  response.set_since_unix_nanos(request.since_unix_nanos());
  response.set_made_unix_nanos(now);
  for (auto& each : figures->overheads) *response.add_overheads() = each;
  const auto scores = analysis::ScorePlatforms(std::move(figures->figures));
  for (const auto& score : scores) *response.add_platforms() = ToMessage(score);
  PutNotes(*figures, response);
  for (const auto& note : NotesOnCoverage(scores)) response.add_notes(note);
  if (response.scale() != kPilotScale) return response;
  for (const char* test : analysis::kPilotTests) {
    const bool there = std::any_of(figures->pilot_times.begin(), figures->pilot_times.end(),
                                   [&](const auto& each) { return each.test == test; });
    if (there) continue;
    return Fail(ErrorCode::kNotFound,
                std::string("the pilot's scale rests on compile and disk_dd; no node has a clean "
                            "run of ") +
                    test);
  }
  PutPilotScores(analysis::PilotScale(figures->pilot_times), response);
  response.add_notes(
      "The pilot's scale compares times over all nodes, whatever their hardware is.");
  return response;
}

}  // namespace

Result<ComparedFleet> FleetOf(Store& store) {
  const auto state = store.LoadState();
  if (!state) return tl::unexpected(state.error());
  Fleet fleet{std::chrono::minutes(30)};
  fleet.Restore(*state);
  ComparedFleet known{fleet.Nodes(), fleet.Benchmarks(), fleet.LatestRuns({})};
  // Where the nodes were last; the aggregator found it out, and its probes need not know.
  for (auto& node : known.nodes) {
    const auto found = state->placements.find(node.identity().node_id());
    if (found == state->placements.end()) continue;
    const auto& epoch = found->second;
    const auto host = fleet.LabelOf(epoch.host_node_id());
    node.mutable_placement()->set_host(host.empty() ? epoch.host() : host);
    node.mutable_placement()->set_source(epoch.source());
  }
  return known;
}

Result<v1::CompareResponse> Compare(Store& store, const ComparedFleet& fleet,
                                    const v1::CompareRequest& request, int64_t now_unix_nanos) {
  if (auto checked = CheckRequest(request, fleet); !checked) {
    return tl::unexpected(checked.error());
  }
  if (!request.dataset().empty()) {
    const auto data = FindDataSet(store, request.dataset());
    if (!data) return tl::unexpected(data.error());
    auto response = CompareDataSet(*data, request.scale());
    if (response) response->set_made_unix_nanos(now_unix_nanos);
    return response;
  }
  auto live = request;
  if (live.since_unix_nanos() == 0) {
    live.set_since_unix_nanos(std::max<int64_t>(1, now_unix_nanos - kDefaultSpan.count()));
  }
  return CompareLive(store, fleet, live, now_unix_nanos);
}

}  // namespace hypergauge::aggregator
