#include "aggregator/api/api_routes.h"

#include <utility>

#include "exporter/etag.h"
#include "exporter/static_files.h"

namespace hypergauge::aggregator {

ApiRoutes AllApiRoutes(const ApiSources& sources) {
  auto routes = QueryRoutes(sources.query);
  routes.merge(AnalysisRoutes(sources.analysis));
  routes.emplace("/api/v1/metrics", MetricsReference(sources.collect, sources.clock));
  for (auto& [key, handler] : routes) {
    if (key.starts_with('/')) handler = exporter::WithEtag(std::move(handler));
  }
  routes.emplace("/api/v1/openapi.json",
                 exporter::StaticAnswer(sources.description, "application/json"));
  return routes;
}

}  // namespace hypergauge::aggregator
