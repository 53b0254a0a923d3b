#pragma once

#include <functional>
#include <string_view>

#include "aggregator/api/analysis_http.h"
#include "aggregator/api/query_http.h"

namespace hypergauge::aggregator {

/// What the JSON API answers from; all of it outlives the handlers.
struct ApiSources {
  QueryApi& query;
  AnalysisApi& analysis;
  std::function<exporter::Snapshot()> collect;  ///< what /metrics shows
  std::string_view description;                 ///< docs/openapi.json
  const Clock& clock;
};

/// All of /api/v1, as docs/openapi.json describes it. What is asked for by GET carries an ETag.
[[nodiscard]] ApiRoutes AllApiRoutes(const ApiSources& sources);

}  // namespace hypergauge::aggregator
