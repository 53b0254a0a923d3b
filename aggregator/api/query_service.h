#pragma once

#include <grpcpp/grpcpp.h>

#include "aggregator/ingest/fleet.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::aggregator {

/// Answers the user's side from memory.
class QueryService final : public v1::QueryService::CallbackService {
 public:
  explicit QueryService(const Fleet& fleet) : fleet_(fleet) {}

  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const v1::ListNodesRequest* request,
                                      v1::ListNodesResponse* response) override;
  grpc::ServerUnaryReactor* ListBenchmarks(grpc::CallbackServerContext* context,
                                           const v1::ListBenchmarksRequest* request,
                                           v1::ListBenchmarksResponse* response) override;
  grpc::ServerUnaryReactor* ListLatestRuns(grpc::CallbackServerContext* context,
                                           const v1::ListLatestRunsRequest* request,
                                           v1::ListLatestRunsResponse* response) override;

 private:
  const Fleet& fleet_;
};

}  // namespace hypergauge::aggregator
