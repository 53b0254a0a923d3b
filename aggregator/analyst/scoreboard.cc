#include "aggregator/analyst/scoreboard.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "aggregator/analyst/score_samples.h"

namespace hypergauge::aggregator {
namespace {

// Whether the next round may say much more than what there is.
bool IsYoung(const v1::CompareResponse& compared) {
  const auto& all = compared.overheads();
  return all.empty() || std::any_of(all.begin(), all.end(),
                                    [](const auto& overhead) { return overhead.upper() == 0; });
}

}  // namespace

Scoreboard::Scoreboard(FleetComparison& comparison, const Clock& clock,
                       exporter::SelfMetrics& metrics)
    : comparison_(comparison),
      clock_(clock),
      seconds_(metrics.AddHistogram("hypergauge_comparison_duration_seconds",
                                    "Time of making all overheads and scores anew",
                                    {0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300})) {}

void Scoreboard::Refresh() {
  const auto start = clock_.MonotonicRaw();
  if (start < next_) return;
  auto compared = comparison_.Compare({});
  const auto took = clock_.MonotonicRaw() - start;
  seconds_.Observe(ToSeconds(took));
  const auto least = compared && IsYoung(*compared) ? kYoungPause : kLeastPause;
  next_ = start + std::max(least, took * kDuty);
  if (!compared) {
    spdlog::warn("overheads and scores stay as they are: {}", compared.error().message);
    return;
  }
  auto samples = std::make_shared<const exporter::SourceSamples>(ScoreSamples(*compared));
  auto latest = std::make_shared<const v1::CompareResponse>(std::move(*compared));
  const std::lock_guard lock(mutex_);
  latest_ = std::move(latest);
  samples_ = std::move(samples);
}

std::shared_ptr<const v1::CompareResponse> Scoreboard::Latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

void Scoreboard::CollectInto(exporter::Snapshot& snapshot) const {
  AddScoreFamilies(snapshot);
  const std::lock_guard lock(mutex_);
  snapshot.sources.push_back(samples_);
}

}  // namespace hypergauge::aggregator
