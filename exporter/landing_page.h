#pragma once

#include <string>
#include <vector>

#include "exporter/http.h"

namespace hypergauge::exporter {

struct LandingLink {
  std::string path;  ///< /metrics
  std::string text;  ///< Metrics
  std::string help;  ///< what it is, one sentence; may be empty
};

/// Serves a small page without any external request that names hypergauge, its version and the
/// links, in this order.
[[nodiscard]] HttpHandler LandingPage(const std::string& version,
                                      const std::vector<LandingLink>& links);

}  // namespace hypergauge::exporter
