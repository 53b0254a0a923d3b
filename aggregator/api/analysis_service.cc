#include "aggregator/api/analysis_service.h"

#include <boost/asio/post.hpp>

#include "aggregator/api/grpc_answer.h"

namespace hypergauge::aggregator {
grpc::ServerUnaryReactor* AnalysisService::ListRegressions(
    grpc::CallbackServerContext* context, const v1::ListRegressionsRequest* request,
    v1::ListRegressionsResponse* response) {
  return Answer(context, api_.ListRegressions(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::GetRegression(grpc::CallbackServerContext* context,
                                                         const v1::GetRegressionRequest* request,
                                                         v1::Regression* response) {
  return Answer(context, api_.GetRegression(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::AcknowledgeRegression(
    grpc::CallbackServerContext* context, const v1::SteerRegressionRequest* request,
    v1::Regression* response) {
  return Answer(context, api_.Acknowledge(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::AcceptRegression(
    grpc::CallbackServerContext* context, const v1::SteerRegressionRequest* request,
    v1::Regression* response) {
  return Answer(context, api_.Accept(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::MuteRegression(grpc::CallbackServerContext* context,
                                                          const v1::SteerRegressionRequest* request,
                                                          v1::Regression* response) {
  return Answer(context, api_.Mute(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::ListOverheads(grpc::CallbackServerContext* context,
                                                         const v1::ListOverheadsRequest* request,
                                                         v1::ListOverheadsResponse* response) {
  return Answer(context, api_.ListOverheads(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::ListPlatforms(grpc::CallbackServerContext* context,
                                                         const v1::ListPlatformsRequest* request,
                                                         v1::ListPlatformsResponse* response) {
  auto* reactor = context->DefaultReactor();
  boost::asio::post(comparing_, [this, reactor, request, response] {
    Finish(*reactor, api_.ListPlatforms(*request), *response);
  });
  return reactor;
}

grpc::ServerUnaryReactor* AnalysisService::ImportDataset(grpc::CallbackServerContext* context,
                                                         const v1::ImportDatasetRequest* request,
                                                         v1::ImportDatasetResponse* response) {
  return Answer(context, api_.ImportDataset(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::ListDatasets(grpc::CallbackServerContext* context,
                                                        const v1::ListDatasetsRequest* request,
                                                        v1::ListDatasetsResponse* response) {
  return Answer(context, api_.ListDatasets(*request), response);
}

grpc::ServerUnaryReactor* AnalysisService::Compare(grpc::CallbackServerContext* context,
                                                   const v1::CompareRequest* request,
                                                   v1::CompareResponse* response) {
  auto* reactor = context->DefaultReactor();
  boost::asio::post(comparing_, [this, reactor, request, response] {
    Finish(*reactor, api_.Compare(*request), *response);
  });
  return reactor;
}

}  // namespace hypergauge::aggregator
