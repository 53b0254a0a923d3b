#pragma once

#include "aggregator/api/analysis_api.h"
#include "aggregator/api/http_json.h"

namespace hypergauge::aggregator {

/// AnalysisApi over HTTP, in Protobuf's JSON form with the names of the .proto files:
///
///     GET  /api/v1/regressions?node=a&state=firing&improvements=true&limit=10
///     GET  /api/v1/regression?id=3
///     POST /api/v1/regression/acknowledge, accept, mute    {"id": "3", "note": "..."}
///     GET  /api/v1/overheads?node=a&benchmark=cpu_blowfish
///     GET  /api/v1/platforms?versions=true
///     GET  /api/v1/compare?dataset=pilot2011&scale=pilot&versions=true&since=1764000000
///     GET  /api/v1/datasets
///     POST /api/v1/datasets                                {"name": "...", "json": "..."}
///
/// `api` outlives the handlers.
[[nodiscard]] ApiRoutes AnalysisRoutes(AnalysisApi& api);

}  // namespace hypergauge::aggregator
