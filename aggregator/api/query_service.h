#pragma once

#include <grpcpp/grpcpp.h>

#include <boost/asio/thread_pool.hpp>

#include "aggregator/api/query_api.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::aggregator {

/// QueryApi over gRPC. Histories take long, and have threads of their own: gRPC's few serve the
/// probes.
class QueryService final : public v1::QueryService::CallbackService {
 public:
  explicit QueryService(QueryApi& api) : api_(api) {}

  /// Waits for the histories that are being read; once, when the server has ended, and before what
  /// they read does.
  void Join() { reading_.join(); }

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
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
  grpc::ServerUnaryReactor* GetHistory(grpc::CallbackServerContext* context,
                                       const v1::GetHistoryRequest* request,
                                       v1::GetHistoryResponse* response) override;
  grpc::ServerUnaryReactor* GetCatalogue(grpc::CallbackServerContext* context,
                                         const v1::GetCatalogueRequest* request,
                                         v1::Catalogue* response) override;

 private:
  static constexpr int kReaders = 2;

  QueryApi& api_;
  boost::asio::thread_pool reading_{kReaders};
};

}  // namespace hypergauge::aggregator
