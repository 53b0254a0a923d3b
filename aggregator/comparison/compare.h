#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aggregator/analysis/data_set.h"
#include "aggregator/analysis/pilot_scale.h"
#include "aggregator/store/store.h"
#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/query.pb.h"

/// Platforms against each other, from the store to the answer: what the AnalysisService and the
/// command on a store folder share. Threads: any, as the store.
namespace hypergauge::aggregator {

/// Of a request, and of the configuration.
inline constexpr int kMostHardwareGroups = 1000;

/// Who there is, and what they ran last.
struct ComparedFleet {
  std::vector<v1::Node> nodes;
  std::vector<v1::BenchmarkDescriptor> benchmarks;
  std::vector<v1::ListLatestRunsResponse::Latest> latest;
};

/// What a fleet's points say, for any scale.
struct LiveComparison {
  v1::CompareResponse ratios;
  std::vector<analysis::PilotTime> pilot_times;
};

/// The fleet that a store file holds, while no aggregator runs on it.
[[nodiscard]] Result<ComparedFleet> FleetOf(Store& store);

/// Answers AnalysisService.Compare.
/// Errors: kInvalidArgument naming the field; kNotFound for a data set or a node of a hardware
/// group that is not there; those of the store.
[[nodiscard]] Result<v1::CompareResponse> Compare(Store& store, const ComparedFleet& fleet,
                                                  const v1::CompareRequest& request,
                                                  int64_t now_unix_nanos);

/// The part of it for a fleet, which reads all points since `since_unix_nanos`: by default of the
/// last 30 days, and of the last 366 at most, which the answer then says. The request's scale
/// plays no part. Errors: as above.
[[nodiscard]] Result<LiveComparison> CompareLive(Store& store, const ComparedFleet& fleet,
                                                 const v1::CompareRequest& request,
                                                 int64_t now_unix_nanos);

/// Errors: kInvalidArgument for an unknown scale; kNotFound where the scale's tests are missing.
[[nodiscard]] Result<v1::CompareResponse> OnScale(const LiveComparison& comparison,
                                                  const std::string& scale);

/// The part of it for a data set, which needs no store.
/// Errors: kInvalidArgument for an unknown scale; kNotFound where the scale's tests are missing.
[[nodiscard]] Result<v1::CompareResponse> CompareDataSet(const analysis::DataSet& data,
                                                         const std::string& scale);

/// One that was imported, or else one that ships. Errors: kNotFound naming those that there are.
[[nodiscard]] Result<analysis::DataSet> FindDataSet(Store& store, const std::string& name);

/// Answers AnalysisService.ImportDataset; durable when it returns. An empty name is the file's own.
/// Errors: kInvalidArgument for what is no data set, for a name that is missing or none, and for
/// that of a data set that ships, unless the request says `replace`; kResourceExhausted for a large
/// one; those of the store.
[[nodiscard]] Result<v1::ImportDatasetResponse> ImportDataSet(
    Store& store, const v1::ImportDatasetRequest& request);

/// Answers AnalysisService.ListDatasets.
[[nodiscard]] Result<v1::ListDatasetsResponse> ListDataSets(Store& store);

}  // namespace hypergauge::aggregator
