#pragma once

#include <grpcpp/grpcpp.h>

#include "aggregator/ingest/fleet.h"
#include "aggregator/schedule/steering.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::aggregator {

/// Answers the user's side: from memory, and of the past from the store.
class QueryService final : public v1::QueryService::CallbackService {
 public:
  QueryService(const Fleet& fleet, Store& store, Steering& steering)
      : fleet_(fleet), store_(store), steering_(steering) {}

  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const v1::ListNodesRequest* request,
                                      v1::ListNodesResponse* response) override;
  grpc::ServerUnaryReactor* ListBenchmarks(grpc::CallbackServerContext* context,
                                           const v1::ListBenchmarksRequest* request,
                                           v1::ListBenchmarksResponse* response) override;
  grpc::ServerUnaryReactor* ListLatestRuns(grpc::CallbackServerContext* context,
                                           const v1::ListLatestRunsRequest* request,
                                           v1::ListLatestRunsResponse* response) override;
  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* request,
                                       v1::ListEventsResponse* response) override;
  grpc::ServerUnaryReactor* ListEpochs(grpc::CallbackServerContext* context,
                                       const v1::ListEpochsRequest* request,
                                       v1::ListEpochsResponse* response) override;
  grpc::ServerUnaryReactor* GetSchedule(grpc::CallbackServerContext* context,
                                        const v1::GetScheduleRequest* request,
                                        v1::GetScheduleResponse* response) override;

 private:
  const Fleet& fleet_;
  Store& store_;
  Steering& steering_;
};

}  // namespace hypergauge::aggregator
