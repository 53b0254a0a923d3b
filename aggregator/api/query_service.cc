#include "aggregator/api/query_service.h"

#include <algorithm>
#include <set>

#include "aggregator/api/known_hosts.h"

namespace hypergauge::aggregator {
namespace {

constexpr uint32_t kMostEvents = 1000;
constexpr int kMostFilters = 1000;
constexpr size_t kMostEpochBytes = 1'500'000;  // of each kind

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

grpc::ServerUnaryReactor* Ok(grpc::CallbackServerContext* context) {
  return Finish(context, grpc::Status::OK);
}

grpc::Status Internal(const Error& error) {
  return {grpc::StatusCode::INTERNAL, error.message};
}

template <typename T>
void MoveInto(std::vector<T> from, google::protobuf::RepeatedPtrField<T>& to) {
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

}  // namespace

grpc::ServerUnaryReactor* QueryService::ListNodes(grpc::CallbackServerContext* context,
                                                  const v1::ListNodesRequest* /*request*/,
                                                  v1::ListNodesResponse* response) {
  MoveInto(fleet_.Nodes(), *response->mutable_nodes());
  return Ok(context);
}

grpc::ServerUnaryReactor* QueryService::ListBenchmarks(grpc::CallbackServerContext* context,
                                                       const v1::ListBenchmarksRequest* /*request*/,
                                                       v1::ListBenchmarksResponse* response) {
  MoveInto(fleet_.Benchmarks(), *response->mutable_benchmarks());
  return Ok(context);
}

grpc::ServerUnaryReactor* QueryService::ListLatestRuns(grpc::CallbackServerContext* context,
                                                       const v1::ListLatestRunsRequest* request,
                                                       v1::ListLatestRunsResponse* response) {
  MoveInto(fleet_.LatestRuns({request->nodes().begin(), request->nodes().end()}),
           *response->mutable_latest());
  return Ok(context);
}

grpc::ServerUnaryReactor* QueryService::ListEvents(grpc::CallbackServerContext* context,
                                                   const v1::ListEventsRequest* request,
                                                   v1::ListEventsResponse* response) {
  if (request->nodes_size() > kMostFilters || request->kinds_size() > kMostFilters) {
    return Finish(context, {grpc::StatusCode::INVALID_ARGUMENT,
                            "at most " + std::to_string(kMostFilters) + " nodes or kinds"});
  }
  EventFilter filter;
  for (const auto& label : request->nodes()) {
    filter.labels.push_back(label);
    // What happened to a listed node before it was renamed is told too.
    if (auto node_id = fleet_.NodeIdOf(label); !node_id.empty()) {
      filter.node_ids.push_back(std::move(node_id));
    }
  }
  for (const auto kind : request->kinds()) {
    filter.kinds.push_back(static_cast<v1::Event::Kind>(kind));
  }
  filter.since_unix_nanos = request->since_unix_nanos();
  filter.limit = request->limit() == 0 ? kMostEvents : std::min(request->limit(), kMostEvents);
  auto events = store_.Events(filter);
  if (!events) return Finish(context, Internal(events.error()));
  MoveInto(std::move(*events), *response->mutable_events());
  return Ok(context);
}

grpc::ServerUnaryReactor* QueryService::ListEpochs(grpc::CallbackServerContext* context,
                                                   const v1::ListEpochsRequest* request,
                                                   v1::ListEpochsResponse* response) {
  const std::string node_id = fleet_.NodeIdOf(request->node());
  if (node_id.empty()) {
    return Finish(context, {grpc::StatusCode::NOT_FOUND,
                            "there is no node \"" + request->node().substr(0, 253) + "\""});
  }
  auto epochs = store_.Epochs(node_id);
  if (!epochs) return Finish(context, Internal(epochs.error()));
  *response = std::move(*epochs);
  DropOldest(*response->mutable_environments(), kMostEpochBytes);
  DropOldest(*response->mutable_placements(), kMostEpochBytes);
  return Ok(context);
}

grpc::ServerUnaryReactor* QueryService::GetSchedule(grpc::CallbackServerContext* context,
                                                    const v1::GetScheduleRequest* request,
                                                    v1::GetScheduleResponse* response) {
  if (const auto checked = CheckRequest(*request); !checked) {
    return Finish(context, {grpc::StatusCode::INVALID_ARGUMENT, checked.error().message});
  }
  std::set<std::string> absent(request->hosts().begin(), request->hosts().end());
  *response = steering_.Report({absent.begin(), absent.end()}, request->since_unix_nanos());
  for (const auto& host : response->hosts()) absent.erase(host.host());
  const auto known = absent.empty() ? absent : KnownHosts(fleet_);
  for (const auto& host : absent) {
    if (!known.contains(host)) return Finish(context, NoSuchHost("hosts", host));
  }
  return Ok(context);
}

}  // namespace hypergauge::aggregator
