#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "aggregator/analyst/analyst.h"
#include "aggregator/api/catalogue.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/schedule/steering.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/query.pb.h"

namespace hypergauge::aggregator {

/// What QueryService answers, over gRPC and over HTTP alike: from memory, and of the past from the
/// store. Requests are untrusted.
/// Errors: kInvalidArgument naming the field; kNotFound; kResourceExhausted; those of the store.
/// Threads: any.
class QueryApi {
 public:
  /// What it answers from, all of which outlives it.
  struct Sources {
    const Fleet& fleet;
    Store& store;
    Steering& steering;
    const Analyst& analyst;
    Catalogue& catalogue;
    const Clock& clock;
    std::string version;
  };

  explicit QueryApi(Sources sources)
      : from_(std::move(sources)), started_unix_nanos_(from_.clock.Realtime().count()) {}

  using Labels = google::protobuf::RepeatedPtrField<std::string>;
  /// kNotFound for the first one that no listed node has.
  [[nodiscard]] Result<void> CheckListed(const Labels& nodes) const;

  [[nodiscard]] Result<v1::GetStatusResponse> GetStatus(const v1::GetStatusRequest& request) const;
  [[nodiscard]] Result<v1::ListNodesResponse> ListNodes(const v1::ListNodesRequest& request) const;
  [[nodiscard]] Result<v1::ListBenchmarksResponse> ListBenchmarks(
      const v1::ListBenchmarksRequest& request) const;
  /// A node that is not listed has none.
  [[nodiscard]] Result<v1::ListLatestRunsResponse> ListLatestRuns(
      const v1::ListLatestRunsRequest& request) const;
  [[nodiscard]] Result<v1::ListEventsResponse> ListEvents(
      const v1::ListEventsRequest& request) const;
  [[nodiscard]] Result<v1::ListEpochsResponse> ListEpochs(
      const v1::ListEpochsRequest& request) const;
  [[nodiscard]] Result<v1::GetScheduleResponse> GetSchedule(
      const v1::GetScheduleRequest& request) const;
  [[nodiscard]] Result<v1::GetHistoryResponse> GetHistory(
      const v1::GetHistoryRequest& request) const;
  [[nodiscard]] Result<v1::Catalogue> GetCatalogue(const v1::GetCatalogueRequest& request) const;

 private:
  Sources from_;
  const int64_t started_unix_nanos_;
};

}  // namespace hypergauge::aggregator
