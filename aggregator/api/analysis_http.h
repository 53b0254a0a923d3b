#pragma once

#include <map>
#include <string>

#include "aggregator/api/analysis_api.h"
#include "exporter/http.h"

namespace hypergauge::aggregator {

/// AnalysisApi over HTTP, in Protobuf's JSON form with the names of the .proto files:
///
///     GET  /api/v1/regressions?node=a&state=firing&improvements=true&limit=10
///     GET  /api/v1/regression?id=3
///     POST /api/v1/regression/acknowledge, accept, mute    {"id": "3", "note": "..."}
///     GET  /api/v1/overheads?node=a&benchmark=cpu_blowfish
///     GET  /api/v1/platforms?versions=true
///     GET  /api/v1/compare?dataset=pilot2011&scale=pilot&versions=true
///     GET  /api/v1/datasets
///     POST /api/v1/datasets                                {"name": "...", "json": "..."}
///
/// What cannot be answered is {"error": {"code": "not_found", "message": "..."}} with a status of
/// 400, 404, 409, 413, 415 or 500. A POST must say Content-Type: application/json: no page of
/// another origin can have a browser send that. `api` outlives the handlers.
[[nodiscard]] std::map<std::string, exporter::HttpHandler> AnalysisRoutes(AnalysisApi& api);

}  // namespace hypergauge::aggregator
