#pragma once

#include <string>

#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"

/// Who answers what compare, import and report ask: an aggregator, or a store folder itself.
namespace hypergauge::cli {

/// Where figures come from.
struct ComparisonSource {
  std::string server;   ///< HOST:PORT of an aggregator
  std::string storage;  ///< folder of a store on which no aggregator runs; over `server`
};

/// A data set that ships is there without an aggregator and without a store too.
/// Errors: kUnavailable where the aggregator does not answer, or holds the store's folder;
/// kNotFound where the folder has no store, and for a data set that is not there; kInvalidArgument;
/// others as they come.
[[nodiscard]] Result<v1::CompareResponse> AskComparison(const ComparisonSource& source,
                                                        const v1::CompareRequest& request);

/// Makes the store where its folder has none. Errors: as above; those of the data set.
[[nodiscard]] Result<v1::ImportDatasetResponse> AskImport(const ComparisonSource& source,
                                                          const v1::ImportDatasetRequest& request);

}  // namespace hypergauge::cli
