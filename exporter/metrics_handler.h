#pragma once

#include <functional>

#include "base/clock.h"
#include "exporter/exposition.h"
#include "exporter/http.h"
#include "exporter/self_metrics.h"

namespace hypergauge::exporter {

/// Serves /metrics: what `collect` returns, and `self_metrics`, which this adds, in the format that
/// the client asks for. Every scrape is counted and timed in the histogram
/// hypergauge_scrape_duration_seconds (collecting and writing; the next scrape shows it).
/// X-Prometheus-Scrape-Timeout-Seconds is not looked at: everything is in memory, so nothing is
/// waited for that could be given up.
/// Threads: `collect` is called from any, at the same time. All references outlive the handler.
[[nodiscard]] HttpHandler MetricsHandler(std::function<Snapshot()> collect,
                                         SelfMetrics& self_metrics,
                                         const Clock& clock = Clock::System());

}  // namespace hypergauge::exporter
