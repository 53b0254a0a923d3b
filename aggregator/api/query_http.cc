#include "aggregator/api/query_http.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

namespace hypergauge::aggregator {
namespace {

template <typename Request>
void FillNothing(Parameters& /*parameters*/, Request& /*request*/) {}

void FillNodes(Parameters& parameters, v1::ListNodesRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  request.set_brief(parameters.Flag("brief"));
}

void FillRuns(Parameters& parameters, v1::ListLatestRunsRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  // Of all nodes they may be a hundred megabytes.
  if (request.nodes().empty()) {
    parameters.Reject({ErrorCode::kInvalidArgument, "node: at least one is to be named"});
  }
}

void FillEvents(Parameters& parameters, v1::ListEventsRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  for (const int kind :
       parameters.Words("kind", *v1::Event::Kind_descriptor(), "a kind of event")) {
    request.add_kinds(static_cast<v1::Event::Kind>(kind));
  }
  request.set_since_unix_nanos(parameters.Moment("since"));
  request.set_limit(parameters.Small("limit"));
}

void FillEpochs(Parameters& parameters, v1::ListEpochsRequest& request) {
  request.set_node(parameters.One("node"));
}

void FillSchedule(Parameters& parameters, v1::GetScheduleRequest& request) {
  for (auto& host : parameters.All("host")) request.add_hosts(std::move(host));
  request.set_since_unix_nanos(parameters.Moment("since"));
}

void FillHistory(Parameters& parameters, v1::GetHistoryRequest& request) {
  for (auto& node : parameters.All("node")) request.add_nodes(std::move(node));
  for (auto& name : parameters.All("benchmark")) request.add_benchmarks(std::move(name));
  request.set_suite(parameters.One("suite"));
  request.set_since_unix_nanos(parameters.Moment("since"));
  request.set_until_unix_nanos(parameters.Moment("until"));
  request.set_max_points(parameters.Small("points"));
  request.set_all_quantities(parameters.Flag("all"));
}

Result<v1::ListLatestRunsResponse> RunsOf(QueryApi& api, const v1::ListLatestRunsRequest& request) {
  if (const auto checked = api.CheckListed(request.nodes()); !checked) {
    return tl::unexpected(checked.error());
  }
  return api.ListLatestRuns(request);
}

}  // namespace

ApiRoutes QueryRoutes(QueryApi& api) {
  return {
      {"/api/v1/status",
       Get<v1::GetStatusRequest>(FillNothing<v1::GetStatusRequest>,
                                 [&api](const auto& request) { return api.GetStatus(request); })},
      {"/api/v1/nodes",
       Get<v1::ListNodesRequest>(FillNodes,
                                 [&api](const auto& request) { return api.ListNodes(request); })},
      {"/api/v1/benchmarks", Get<v1::ListBenchmarksRequest>(FillNothing<v1::ListBenchmarksRequest>,
                                                            [&api](const auto& request) {
                                                              return api.ListBenchmarks(request);
                                                            })},
      {"/api/v1/runs", Get<v1::ListLatestRunsRequest>(
                           FillRuns, [&api](const auto& request) { return RunsOf(api, request); })},
      {"/api/v1/events",
       Get<v1::ListEventsRequest>(FillEvents,
                                  [&api](const auto& request) { return api.ListEvents(request); })},
      {"/api/v1/epochs",
       Get<v1::ListEpochsRequest>(FillEpochs,
                                  [&api](const auto& request) { return api.ListEpochs(request); })},
      {"/api/v1/schedule",
       Get<v1::GetScheduleRequest>(
           FillSchedule, [&api](const auto& request) { return api.GetSchedule(request); })},
      {"/api/v1/history",
       Get<v1::GetHistoryRequest>(FillHistory,
                                  [&api](const auto& request) { return api.GetHistory(request); })},
      {"/api/v1/catalogue", Get<v1::GetCatalogueRequest>(
                                FillNothing<v1::GetCatalogueRequest>,
                                [&api](const auto& request) { return api.GetCatalogue(request); })},
  };
}

exporter::HttpHandler MetricsReference(std::function<exporter::Snapshot()> collect,
                                       const Clock& clock) {
  return [collect = std::move(collect), &clock](const exporter::HttpRequest& http) {
    auto parameters = Parameters::Of(http);
    if (!parameters) return Refuse(parameters.error());
    if (const auto checked = parameters->Check(); !checked) return Refuse(checked.error());
    auto families = nlohmann::ordered_json::array();
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.Realtime());
    for (const auto& listed : exporter::ListFamilies(collect(), now.count())) {
      families.push_back({{"name", listed.family.name},
                          {"type", exporter::TypeWord(listed.family.type)},
                          {"help", listed.family.help},
                          {"unit", listed.family.unit},
                          {"series", listed.series}});
    }
    return AnswerJson({{"families", std::move(families)}});
  };
}

}  // namespace hypergauge::aggregator
