#include "aggregator/api/analysis_service.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace hypergauge::aggregator {
namespace {

grpc::StatusCode CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case ErrorCode::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:  // UNAVAILABLE would say that there is no aggregator
      return grpc::StatusCode::FAILED_PRECONDITION;
    case ErrorCode::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    default:
      return grpc::StatusCode::INTERNAL;
  }
}

template <typename Response>
void Finish(grpc::ServerUnaryReactor& reactor, Result<Response> result, Response& response) {
  if (result) {
    response = std::move(*result);
    reactor.Finish(grpc::Status::OK);
  } else {
    reactor.Finish({CodeOf(result.error().code), result.error().message});
  }
}

template <typename Response>
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, Result<Response> result,
                                 Response* response) {
  auto* reactor = context->DefaultReactor();
  Finish(*reactor, std::move(result), *response);
  return reactor;
}

}  // namespace

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
