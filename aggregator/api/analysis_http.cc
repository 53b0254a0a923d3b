#include "aggregator/api/analysis_http.h"

#include <limits>
#include <utility>

namespace hypergauge::aggregator {
namespace {

void FillList(Parameters& parameters, v1::ListRegressionsRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  for (const int state :
       parameters.Words("state", *v1::Regression::State_descriptor(), "a state of a regression")) {
    request.add_states(static_cast<v1::Regression::State>(state));
  }
  request.set_improvements(parameters.Flag("improvements"));
  request.set_limit(parameters.Small("limit"));
}

void FillId(Parameters& parameters, v1::GetRegressionRequest& request) {
  request.set_id(parameters.Number("id", std::numeric_limits<int64_t>::max()));
}

void FillOverheads(Parameters& parameters, v1::ListOverheadsRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  for (auto& name : parameters.All("benchmark")) request.add_benchmarks(std::move(name));
  request.set_limit(parameters.Small("limit"));
}

void FillPlatforms(Parameters& parameters, v1::ListPlatformsRequest& request) {
  request.set_versions(parameters.Flag("versions"));
}

void FillCompare(Parameters& parameters, v1::CompareRequest& request) {
  request.set_dataset(parameters.One("dataset"));
  request.set_scale(parameters.One("scale"));
  request.set_versions(parameters.Flag("versions"));
  request.set_since_unix_nanos(parameters.Moment("since"));
}

}  // namespace

ApiRoutes AnalysisRoutes(AnalysisApi& api) {
  using Steer = v1::SteerRegressionRequest;
  return {
      {"/api/v1/regressions",
       Get<v1::ListRegressionsRequest>(
           FillList, [&api](const auto& request) { return api.ListRegressions(request); })},
      {"/api/v1/regression",
       Get<v1::GetRegressionRequest>(
           FillId, [&api](const auto& request) { return api.GetRegression(request); })},
      {"POST /api/v1/regression/acknowledge",
       Post<Steer>([&api](const auto& request) { return api.Acknowledge(request); })},
      {"POST /api/v1/regression/accept",
       Post<Steer>([&api](const auto& request) { return api.Accept(request); })},
      {"POST /api/v1/regression/mute",
       Post<Steer>([&api](const auto& request) { return api.Mute(request); })},
      {"/api/v1/overheads",
       Get<v1::ListOverheadsRequest>(
           FillOverheads, [&api](const auto& request) { return api.ListOverheads(request); })},
      {"/api/v1/platforms",
       Get<v1::ListPlatformsRequest>(
           FillPlatforms, [&api](const auto& request) { return api.ListPlatforms(request); })},
      {"/api/v1/compare",
       Get<v1::CompareRequest>(FillCompare,
                               [&api](const auto& request) { return api.Compare(request); })},
      {"/api/v1/datasets", Get<v1::ListDatasetsRequest>(
                               [](Parameters&, v1::ListDatasetsRequest&) {},
                               [&api](const auto& request) { return api.ListDatasets(request); })},
      {"POST /api/v1/datasets", Post<v1::ImportDatasetRequest>([&api](const auto& request) {
         return api.ImportDataset(request);
       })},
  };
}

}  // namespace hypergauge::aggregator
