#pragma once

#include <functional>

#include "aggregator/api/http_json.h"
#include "aggregator/api/query_api.h"
#include "base/clock.h"
#include "exporter/exposition.h"

namespace hypergauge::aggregator {

/// QueryApi over HTTP, in Protobuf's JSON form with the names of the .proto files. Times are RFC
/// 3339 or seconds since 1970 with decimals.
///
///     GET /api/v1/status
///     GET /api/v1/nodes?brief=true&node=a
///     GET /api/v1/benchmarks
///     GET /api/v1/runs?node=a
///     GET /api/v1/events?node=a&kind=environment_changed&since=1764000000&limit=10
///     GET /api/v1/epochs?node=a
///     GET /api/v1/schedule?host=a&since=1764000000
///     GET /api/v1/history?node=a&benchmark=b&suite=light&since=...&until=...&points=500&all=true
///     GET /api/v1/catalogue
///
/// `api` outlives the handlers.
[[nodiscard]] ApiRoutes QueryRoutes(QueryApi& api);

/// What /metrics shows now, without values:
/// {"families": [{"name", "type", "help", "unit", "series": 3}]}, by name.
[[nodiscard]] exporter::HttpHandler MetricsReference(std::function<exporter::Snapshot()> collect,
                                                     const Clock& clock);

}  // namespace hypergauge::aggregator
