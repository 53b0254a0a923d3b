#include "exporter/metrics_handler.h"

#include <chrono>
#include <utility>

namespace hypergauge::exporter {

HttpHandler MetricsHandler(std::function<Snapshot()> collect, SelfMetrics& self_metrics,
                           const Clock& clock) {
  Histogram& duration = self_metrics.AddHistogram(
      "hypergauge_scrape_duration_seconds", "Time to collect and write the answer to a scrape.",
      {0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});
  return [collect = std::move(collect), &self_metrics, &clock,
          &duration](const HttpRequest& request) {
    const auto start = clock.MonotonicRaw();
    Snapshot snapshot = collect();
    self_metrics.CollectInto(snapshot);
    const auto accept = request.headers.find("accept");
    const Format format = NegotiateFormat(accept == request.headers.end() ? "" : accept->second);
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.Realtime());
    HttpResponse response;
    response.content_type = ContentType(format);
    response.body = WriteExposition(snapshot, format, now.count());
    response.headers = {{"Vary", "Accept"}};
    duration.Observe(ToSeconds(clock.MonotonicRaw() - start));
    return response;
  };
}

}  // namespace hypergauge::exporter
