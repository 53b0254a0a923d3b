#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/analysis.grpc.pb.h"

namespace hypergauge::cli {

/// Asks an aggregator's AnalysisService. As Client; comparing takes up to a minute.
class AnalysisClient {
 public:
  explicit AnalysisClient(const std::string& address);

  [[nodiscard]] Result<v1::ListRegressionsResponse> ListRegressions(
      const v1::ListRegressionsRequest& request);
  /// Errors: kNotFound.
  [[nodiscard]] Result<v1::Regression> GetRegression(const v1::GetRegressionRequest& request);
  /// Errors: kNotFound; kUnavailable where its state does not allow it.
  [[nodiscard]] Result<v1::Regression> Acknowledge(const v1::SteerRegressionRequest& request);
  [[nodiscard]] Result<v1::Regression> Accept(const v1::SteerRegressionRequest& request);
  [[nodiscard]] Result<v1::Regression> Mute(const v1::SteerRegressionRequest& request);

  [[nodiscard]] Result<v1::ListPlatformsResponse> ListPlatforms();
  [[nodiscard]] Result<v1::ListOverheadsResponse> ListOverheads();
  /// Errors: kInvalidArgument for what is no data set.
  [[nodiscard]] Result<v1::ImportDatasetResponse> ImportDataset(
      const v1::ImportDatasetRequest& request);
  /// Errors: kNotFound; kInvalidArgument.
  [[nodiscard]] Result<v1::CompareResponse> Compare(const v1::CompareRequest& request);

 private:
  std::string address_;
  std::unique_ptr<v1::AnalysisService::Stub> stub_;
};

}  // namespace hypergauge::cli
