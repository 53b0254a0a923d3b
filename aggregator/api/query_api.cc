#include "aggregator/api/query_api.h"

#include <algorithm>
#include <set>
#include <vector>

#include "aggregator/api/history.h"
#include "aggregator/api/unknown_names.h"

namespace hypergauge::aggregator {
namespace {

constexpr uint32_t kMostEvents = 1000;
constexpr int kMostNames = 1000;
constexpr size_t kMostEpochBytes = 1'500'000;  // of each kind

template <typename T>
void MoveInto(std::vector<T> from, google::protobuf::RepeatedPtrField<T>& to) {
  to.Reserve(static_cast<int>(from.size()));
  for (auto& each : from) to.Add(std::move(each));
}

// An answer of more than gRPC's 4 MiB would be none at all: the oldest are left out.
template <typename T>
void DropOldest(google::protobuf::RepeatedPtrField<T>& epochs, size_t most_bytes) {
  size_t bytes = 0;
  int first = epochs.size();
  while (first > 0 && bytes + epochs[first - 1].ByteSizeLong() <= most_bytes) {
    bytes += epochs[--first].ByteSizeLong();
  }
  epochs.DeleteSubrange(0, first);
}

// Of a list that filters.
template <typename List>
Result<void> CheckLength(const std::string& field, const List& list) {
  if (list.size() <= kMostNames) return {};
  return Fail(ErrorCode::kInvalidArgument,
              field + ": at most " + std::to_string(kMostNames) + " can be named");
}

}  // namespace

Result<v1::GetStatusResponse> QueryApi::GetStatus(const v1::GetStatusRequest& /*request*/) const {
  v1::GetStatusResponse response;
  response.set_version(from_.version);
  response.set_started_unix_nanos(started_unix_nanos_);
  response.set_now_unix_nanos(from_.clock.Realtime().count());
  const auto [nodes, connected] = from_.fleet.Count();
  response.set_nodes(nodes);
  response.set_connected(connected);
  response.set_store_bytes(from_.store.SizeBytes());
  const auto open = from_.analyst.Open();
  response.set_open_regressions(
      static_cast<uint32_t>(std::count_if(open.begin(), open.end(), [](const auto& regression) {
        return regression.state() == v1::Regression::STATE_FIRING ||
               regression.state() == v1::Regression::STATE_ACKNOWLEDGED;
      })));
  return response;
}

Result<void> QueryApi::CheckListed(const Labels& nodes) const {
  if (auto checked = CheckLength("node", nodes); !checked) return checked;
  for (const auto& node : nodes) {
    if (from_.fleet.NodeIdOf(node).empty()) return tl::unexpected(NoSuchNode("node", node));
  }
  return {};
}

Result<v1::ListNodesResponse> QueryApi::ListNodes(const v1::ListNodesRequest& request) const {
  if (const auto checked = CheckListed(request.nodes()); !checked) {
    return tl::unexpected(checked.error());
  }
  v1::ListNodesResponse response;
  MoveInto(
      from_.fleet.ShownNodes({request.nodes().begin(), request.nodes().end()}, request.brief()),
      *response.mutable_nodes());
  return response;
}

Result<v1::ListBenchmarksResponse> QueryApi::ListBenchmarks(
    const v1::ListBenchmarksRequest& /*request*/) const {
  v1::ListBenchmarksResponse response;
  MoveInto(from_.fleet.Benchmarks(), *response.mutable_benchmarks());
  return response;
}

Result<v1::ListLatestRunsResponse> QueryApi::ListLatestRuns(
    const v1::ListLatestRunsRequest& request) const {
  if (const auto checked = CheckLength("node", request.nodes()); !checked) {
    return tl::unexpected(checked.error());
  }
  v1::ListLatestRunsResponse response;
  MoveInto(from_.fleet.LatestRuns({request.nodes().begin(), request.nodes().end()}),
           *response.mutable_latest());
  return response;
}

Result<v1::ListEventsResponse> QueryApi::ListEvents(const v1::ListEventsRequest& request) const {
  for (const auto& checked :
       {CheckLength("node", request.nodes()), CheckLength("kind", request.kinds())}) {
    if (!checked) return tl::unexpected(checked.error());
  }
  EventFilter filter;
  for (const auto& label : request.nodes()) {
    filter.labels.push_back(label);
    // What happened to a listed node before it was renamed is told too.
    if (auto node_id = from_.fleet.NodeIdOf(label); !node_id.empty()) {
      filter.node_ids.push_back(std::move(node_id));
    }
  }
  for (const auto kind : request.kinds()) {
    filter.kinds.push_back(static_cast<v1::Event::Kind>(kind));
  }
  filter.since_unix_nanos = request.since_unix_nanos();
  filter.limit = request.limit() == 0 ? kMostEvents : std::min(request.limit(), kMostEvents);
  auto events = from_.store.Events(filter);
  if (!events) return tl::unexpected(events.error());
  v1::ListEventsResponse response;
  MoveInto(std::move(*events), *response.mutable_events());
  return response;
}

Result<v1::ListEpochsResponse> QueryApi::ListEpochs(const v1::ListEpochsRequest& request) const {
  const std::string node_id = from_.fleet.NodeIdOf(request.node());
  if (node_id.empty()) return tl::unexpected(NoSuchNode("node", request.node()));
  auto epochs = from_.store.Epochs(node_id);
  if (!epochs) return epochs;
  DropOldest(*epochs->mutable_environments(), kMostEpochBytes);
  DropOldest(*epochs->mutable_placements(), kMostEpochBytes);
  return epochs;
}

Result<v1::GetScheduleResponse> QueryApi::GetSchedule(const v1::GetScheduleRequest& request) const {
  if (const auto checked = CheckRequest(request); !checked) {
    return tl::unexpected(checked.error());
  }
  std::set<std::string> absent(request.hosts().begin(), request.hosts().end());
  auto response = from_.steering.Report({absent.begin(), absent.end()}, request.since_unix_nanos());
  for (const auto& host : response.hosts()) absent.erase(host.host());
  const auto known = absent.empty() ? absent : KnownHosts(from_.fleet);
  for (const auto& host : absent) {
    if (!known.contains(host)) return tl::unexpected(NoSuchHost("hosts", host));
  }
  return response;
}

Result<v1::GetHistoryResponse> QueryApi::GetHistory(const v1::GetHistoryRequest& request) const {
  return ReadHistory(from_.store, from_.fleet, request, from_.clock.Realtime().count());
}

Result<v1::Catalogue> QueryApi::GetCatalogue(const v1::GetCatalogueRequest& /*request*/) const {
  return from_.catalogue.Get();
}

}  // namespace hypergauge::aggregator
