#pragma once

#include <cstdint>

#include "aggregator/analyst/analyst.h"
#include "aggregator/analyst/scoreboard.h"
#include "aggregator/comparison/fleet_comparison.h"
#include "aggregator/store/store.h"
#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::aggregator {

/// What AnalysisService answers, over gRPC and over HTTP alike. Requests are untrusted.
/// Errors: kInvalidArgument naming the field; kNotFound; kUnavailable where the state of a
/// regression does not allow it; kDeadlineExceeded where too many want comparisons; those of the
/// store. Threads: any.
class AnalysisApi {
 public:
  /// Regressions in an answer.
  static constexpr uint32_t kMost = 1000;
  /// Overheads in an answer.
  static constexpr uint32_t kMostOverheads = 10'000;

  AnalysisApi(Analyst& analyst, const Scoreboard& scoreboard, FleetComparison& comparison,
              Store& store)
      : analyst_(analyst), scoreboard_(scoreboard), comparison_(comparison), store_(store) {}

  [[nodiscard]] Result<v1::ListRegressionsResponse> ListRegressions(
      const v1::ListRegressionsRequest& request) const;
  [[nodiscard]] Result<v1::Regression> GetRegression(const v1::GetRegressionRequest& request) const;
  [[nodiscard]] Result<v1::Regression> Acknowledge(const v1::SteerRegressionRequest& request);
  [[nodiscard]] Result<v1::Regression> Accept(const v1::SteerRegressionRequest& request);
  [[nodiscard]] Result<v1::Regression> Mute(const v1::SteerRegressionRequest& request);

  [[nodiscard]] Result<v1::ListOverheadsResponse> ListOverheads(
      const v1::ListOverheadsRequest& request) const;
  [[nodiscard]] Result<v1::ListPlatformsResponse> ListPlatforms(
      const v1::ListPlatformsRequest& request) const;
  [[nodiscard]] Result<v1::ImportDatasetResponse> ImportDataset(
      const v1::ImportDatasetRequest& request);
  [[nodiscard]] Result<v1::ListDatasetsResponse> ListDatasets(
      const v1::ListDatasetsRequest& request) const;
  [[nodiscard]] Result<v1::CompareResponse> Compare(const v1::CompareRequest& request) const;

 private:
  using Order = Result<v1::Regression> (Analyst::*)(uint64_t id, const std::string& note);
  [[nodiscard]] Result<v1::Regression> Steer(const v1::SteerRegressionRequest& request,
                                             Order order);

  Analyst& analyst_;
  const Scoreboard& scoreboard_;
  FleetComparison& comparison_;
  Store& store_;
};

}  // namespace hypergauge::aggregator
