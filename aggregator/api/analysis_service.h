#pragma once

#include <grpcpp/grpcpp.h>

#include <boost/asio/thread_pool.hpp>

#include "aggregator/api/analysis_api.h"
#include "aggregator/comparison/shared_answer.h"
#include "hypergauge/v1/analysis.grpc.pb.h"

namespace hypergauge::aggregator {

/// AnalysisApi over gRPC. Comparisons take long, and have threads of their own: gRPC's few serve
/// the probes.
class AnalysisService final : public v1::AnalysisService::CallbackService {
 public:
  explicit AnalysisService(AnalysisApi& api) : api_(api) {}

  /// Waits for the comparisons that are being made; once, when the server has ended, and before
  /// what they read does.
  void Join() { comparing_.join(); }

  grpc::ServerUnaryReactor* ListRegressions(grpc::CallbackServerContext* context,
                                            const v1::ListRegressionsRequest* request,
                                            v1::ListRegressionsResponse* response) override;
  grpc::ServerUnaryReactor* GetRegression(grpc::CallbackServerContext* context,
                                          const v1::GetRegressionRequest* request,
                                          v1::Regression* response) override;
  grpc::ServerUnaryReactor* AcknowledgeRegression(grpc::CallbackServerContext* context,
                                                  const v1::SteerRegressionRequest* request,
                                                  v1::Regression* response) override;
  grpc::ServerUnaryReactor* AcceptRegression(grpc::CallbackServerContext* context,
                                             const v1::SteerRegressionRequest* request,
                                             v1::Regression* response) override;
  grpc::ServerUnaryReactor* MuteRegression(grpc::CallbackServerContext* context,
                                           const v1::SteerRegressionRequest* request,
                                           v1::Regression* response) override;
  grpc::ServerUnaryReactor* ListOverheads(grpc::CallbackServerContext* context,
                                          const v1::ListOverheadsRequest* request,
                                          v1::ListOverheadsResponse* response) override;
  grpc::ServerUnaryReactor* ListPlatforms(grpc::CallbackServerContext* context,
                                          const v1::ListPlatformsRequest* request,
                                          v1::ListPlatformsResponse* response) override;
  grpc::ServerUnaryReactor* ImportDataset(grpc::CallbackServerContext* context,
                                          const v1::ImportDatasetRequest* request,
                                          v1::ImportDatasetResponse* response) override;
  grpc::ServerUnaryReactor* ListDatasets(grpc::CallbackServerContext* context,
                                         const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override;
  grpc::ServerUnaryReactor* Compare(grpc::CallbackServerContext* context,
                                    const v1::CompareRequest* request,
                                    v1::CompareResponse* response) override;

 private:
  AnalysisApi& api_;
  // One more than may wait, which is told so.
  boost::asio::thread_pool comparing_{SharedAnswer::kMostAsking + 1};
};

}  // namespace hypergauge::aggregator
