#include "cli/client_analysis.h"

#include "cli/client_call.h"

namespace hypergauge::cli {

AnalysisClient::AnalysisClient(const std::string& address)
    : address_(address), stub_(v1::AnalysisService::NewStub(Channel(address))) {}

Result<v1::ListRegressionsResponse> AnalysisClient::ListRegressions(
    const v1::ListRegressionsRequest& request) {
  return Call<v1::ListRegressionsResponse>(address_, request,
                                           [&](auto* context, const auto& asked, auto* answer) {
                                             return stub_->ListRegressions(context, asked, answer);
                                           });
}

Result<v1::Regression> AnalysisClient::GetRegression(const v1::GetRegressionRequest& request) {
  return Call<v1::Regression>(address_, request,
                              [&](auto* context, const auto& asked, auto* answer) {
                                return stub_->GetRegression(context, asked, answer);
                              });
}

Result<v1::Regression> AnalysisClient::Acknowledge(const v1::SteerRegressionRequest& request) {
  return Call<v1::Regression>(address_, request,
                              [&](auto* context, const auto& asked, auto* answer) {
                                return stub_->AcknowledgeRegression(context, asked, answer);
                              });
}

Result<v1::Regression> AnalysisClient::Accept(const v1::SteerRegressionRequest& request) {
  return Call<v1::Regression>(address_, request,
                              [&](auto* context, const auto& asked, auto* answer) {
                                return stub_->AcceptRegression(context, asked, answer);
                              });
}

Result<v1::Regression> AnalysisClient::Mute(const v1::SteerRegressionRequest& request) {
  return Call<v1::Regression>(address_, request,
                              [&](auto* context, const auto& asked, auto* answer) {
                                return stub_->MuteRegression(context, asked, answer);
                              });
}

Result<v1::ListPlatformsResponse> AnalysisClient::ListPlatforms() {
  return Call<v1::ListPlatformsResponse>(address_, v1::ListPlatformsRequest(),
                                         [&](auto* context, const auto& asked, auto* answer) {
                                           return stub_->ListPlatforms(context, asked, answer);
                                         });
}

Result<v1::ListOverheadsResponse> AnalysisClient::ListOverheads() {
  return Call<v1::ListOverheadsResponse>(address_, v1::ListOverheadsRequest(),
                                         [&](auto* context, const auto& asked, auto* answer) {
                                           return stub_->ListOverheads(context, asked, answer);
                                         });
}

Result<v1::ImportDatasetResponse> AnalysisClient::ImportDataset(
    const v1::ImportDatasetRequest& request) {
  return Call<v1::ImportDatasetResponse>(address_, request,
                                         [&](auto* context, const auto& asked, auto* answer) {
                                           return stub_->ImportDataset(context, asked, answer);
                                         });
}

Result<v1::CompareResponse> AnalysisClient::Compare(const v1::CompareRequest& request) {
  return Call<v1::CompareResponse>(
      address_, request,
      [&](auto* context, const auto& asked, auto* answer) {
        return stub_->Compare(context, asked, answer);
      },
      kPatience);
}

}  // namespace hypergauge::cli
