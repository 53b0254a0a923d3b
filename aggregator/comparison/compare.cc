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

constexpr std::chrono::hours kDefaultSpan{24 * 30};
// A year of every round is what one comparison may cost.
constexpr int kMostDays = 366;
constexpr std::chrono::hours kMostSpan{24 * kMostDays};
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

Result<void> CheckScale(const std::string& scale) {
  if (scale.empty() || scale == kRatioScale || scale == kPilotScale) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "scale is \"" + Printable(scale, 64) + "\"; it is ratio or pilot");
}

Result<void> CheckRequest(const v1::CompareRequest& request, const ComparedFleet& fleet) {
  const auto refuse = [](const std::string& what) {
    return Fail(ErrorCode::kInvalidArgument, what);
  };
  if (auto checked = CheckScale(request.scale()); !checked) return checked;
  if (request.since_unix_nanos() < 0) return refuse("since_unix_nanos is negative");
  if (request.hardware_groups_size() > kMostHardwareGroups) {
    return refuse("hardware_groups has more than " + std::to_string(kMostHardwareGroups) +
                  " entries");
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

// Nanoseconds since 1970 before `now`, as far as there was a time.
int64_t Before(int64_t now, std::chrono::nanoseconds span) {
  return std::max<int64_t>(1, now - span.count());
}

// Where the points begin that count.
int64_t SinceOf(const v1::CompareRequest& request, int64_t now) {
  if (request.since_unix_nanos() == 0) return Before(now, kDefaultSpan);
  return std::max(request.since_unix_nanos(), Before(now, kMostSpan));
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

Result<LiveComparison> CompareLive(Store& store, const ComparedFleet& fleet,
                                   const v1::CompareRequest& request, int64_t now_unix_nanos) {
  if (auto checked = CheckRequest(request, fleet); !checked) {
    return tl::unexpected(checked.error());
  }
  auto bounded = request;
  bounded.set_since_unix_nanos(SinceOf(request, now_unix_nanos));
  auto figures = CollectFigures(store, fleet, bounded);
  if (!figures) return tl::unexpected(figures.error());
  LiveComparison comparison;
  auto& response = comparison.ratios;
  response.set_scale(kRatioScale);
  response.set_source("runs of this aggregator's fleet");
  response.set_since_unix_nanos(bounded.since_unix_nanos());
  response.set_made_unix_nanos(now_unix_nanos);
  for (auto& each : figures->overheads) *response.add_overheads() = each;
  const auto scores = analysis::ScorePlatforms(std::move(figures->figures));
  for (const auto& score : scores) *response.add_platforms() = ToMessage(score);
  PutNotes(*figures, response);
  for (const auto& note : NotesOnCoverage(scores)) response.add_notes(note);
  if (request.since_unix_nanos() != 0 && request.since_unix_nanos() < response.since_unix_nanos()) {
    response.add_notes("Only the last " + std::to_string(kMostDays) +
                       " days count, though figures since an earlier day were asked for.");
  }
  comparison.pilot_times = std::move(figures->pilot_times);
  return comparison;
}

Result<v1::CompareResponse> OnScale(const LiveComparison& comparison, const std::string& scale) {
  if (auto checked = CheckScale(scale); !checked) return tl::unexpected(checked.error());
  if (scale != kPilotScale) return comparison.ratios;
  const auto& times = comparison.pilot_times;
  for (const char* test : analysis::kPilotTests) {
    const bool there = std::any_of(times.begin(), times.end(),
                                   [&](const auto& each) { return each.test == test; });
    if (there) continue;
    return Fail(ErrorCode::kNotFound,
                std::string("the pilot's scale rests on compile and disk_dd; no node has a clean "
                            "run of ") +
                    test);
  }
  auto response = comparison.ratios;
  response.set_scale(scale);
  PutPilotScores(analysis::PilotScale(times), response);
  response.add_notes(
      "The pilot's scale compares times over all nodes, whatever their hardware is.");
  return response;
}

Result<v1::CompareResponse> Compare(Store& store, const ComparedFleet& fleet,
                                    const v1::CompareRequest& request, int64_t now_unix_nanos) {
  if (request.dataset().empty()) {
    const auto live = CompareLive(store, fleet, request, now_unix_nanos);
    if (!live) return tl::unexpected(live.error());
    return OnScale(*live, request.scale());
  }
  if (auto checked = CheckScale(request.scale()); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto data = FindDataSet(store, request.dataset());
  if (!data) return tl::unexpected(data.error());
  auto response = CompareDataSet(*data, request.scale());
  if (response) response->set_made_unix_nanos(now_unix_nanos);
  return response;
}

}  // namespace hypergauge::aggregator
