#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "aggregator/comparison/fleet_comparison.h"
#include "base/clock.h"
#include "exporter/exposition.h"
#include "exporter/self_metrics.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::aggregator {

/// Overheads and platform scores of the last 30 days, made anew now and then, so that a scrape has
/// them at once. Soon again while there is none, or one without an interval: who set up a host and
/// a guest waits for it. Threads: any.
class Scoreboard {
 public:
  /// Between two times, at least; and a twentieth of the time at most.
  static constexpr std::chrono::nanoseconds kLeastPause = std::chrono::minutes(5);
  static constexpr std::chrono::nanoseconds kYoungPause = std::chrono::seconds(10);
  static constexpr int kDuty = 20;

  Scoreboard(FleetComparison& comparison, const Clock& clock, exporter::SelfMetrics& metrics);

  /// Reads everything anew where it is time to. One thread.
  void Refresh();

  /// Never null.
  [[nodiscard]] std::shared_ptr<const v1::CompareResponse> Latest() const;

  /// Adds what a scrape shows of overheads and scores.
  void CollectInto(exporter::Snapshot& snapshot) const;

 private:
  FleetComparison& comparison_;
  const Clock& clock_;
  exporter::Histogram& seconds_;
  std::chrono::nanoseconds next_{0};  // MonotonicRaw; of Refresh's thread alone
  mutable std::mutex mutex_;          // guards all below
  std::shared_ptr<const v1::CompareResponse> latest_ =
      std::make_shared<const v1::CompareResponse>();
  std::shared_ptr<const exporter::SourceSamples> samples_ =
      std::make_shared<const exporter::SourceSamples>();
};

}  // namespace hypergauge::aggregator
