#include "aggregator/api/query_service.h"

namespace hypergauge::aggregator {
namespace {

grpc::ServerUnaryReactor* Ok(grpc::CallbackServerContext* context) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

template <typename T>
void MoveInto(std::vector<T> from, google::protobuf::RepeatedPtrField<T>& to) {
  for (auto& each : from) to.Add(std::move(each));
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

}  // namespace hypergauge::aggregator
