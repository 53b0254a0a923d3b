#include "aggregator/api/query_service.h"

#include <boost/asio/post.hpp>

#include "aggregator/api/grpc_answer.h"

namespace hypergauge::aggregator {

grpc::ServerUnaryReactor* QueryService::GetStatus(grpc::CallbackServerContext* context,
                                                  const v1::GetStatusRequest* request,
                                                  v1::GetStatusResponse* response) {
  return Answer(context, api_.GetStatus(*request), response);
}

grpc::ServerUnaryReactor* QueryService::ListNodes(grpc::CallbackServerContext* context,
                                                  const v1::ListNodesRequest* request,
                                                  v1::ListNodesResponse* response) {
  return Answer(context, api_.ListNodes(*request), response);
}

grpc::ServerUnaryReactor* QueryService::ListBenchmarks(grpc::CallbackServerContext* context,
                                                       const v1::ListBenchmarksRequest* request,
                                                       v1::ListBenchmarksResponse* response) {
  return Answer(context, api_.ListBenchmarks(*request), response);
}

grpc::ServerUnaryReactor* QueryService::ListLatestRuns(grpc::CallbackServerContext* context,
                                                       const v1::ListLatestRunsRequest* request,
                                                       v1::ListLatestRunsResponse* response) {
  return Answer(context, api_.ListLatestRuns(*request), response);
}

grpc::ServerUnaryReactor* QueryService::ListEvents(grpc::CallbackServerContext* context,
                                                   const v1::ListEventsRequest* request,
                                                   v1::ListEventsResponse* response) {
  return Answer(context, api_.ListEvents(*request), response);
}

grpc::ServerUnaryReactor* QueryService::ListEpochs(grpc::CallbackServerContext* context,
                                                   const v1::ListEpochsRequest* request,
                                                   v1::ListEpochsResponse* response) {
  return Answer(context, api_.ListEpochs(*request), response);
}

grpc::ServerUnaryReactor* QueryService::GetSchedule(grpc::CallbackServerContext* context,
                                                    const v1::GetScheduleRequest* request,
                                                    v1::GetScheduleResponse* response) {
  return Answer(context, api_.GetSchedule(*request), response);
}

grpc::ServerUnaryReactor* QueryService::GetHistory(grpc::CallbackServerContext* context,
                                                   const v1::GetHistoryRequest* request,
                                                   v1::GetHistoryResponse* response) {
  auto* reactor = context->DefaultReactor();
  boost::asio::post(reading_, [this, reactor, request, response] {
    Finish(*reactor, api_.GetHistory(*request), *response);
  });
  return reactor;
}

grpc::ServerUnaryReactor* QueryService::GetCatalogue(grpc::CallbackServerContext* context,
                                                     const v1::GetCatalogueRequest* request,
                                                     v1::Catalogue* response) {
  return Answer(context, api_.GetCatalogue(*request), response);
}

}  // namespace hypergauge::aggregator
