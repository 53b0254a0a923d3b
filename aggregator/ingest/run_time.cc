#include "aggregator/ingest/run_time.h"

#include <algorithm>
#include <cmath>

namespace hypergauge::aggregator {
namespace {

constexpr Time kLeastError = std::chrono::milliseconds(50);
constexpr Time kErrorUncompared = std::chrono::seconds(5);
constexpr Time kMostError = std::chrono::hours(1);

// Of all clocks the worst, since it is not told which one the node's time follows: what the round
// trips leave open, and what the clock gained or lost from start to end.
Time ErrorOf(const v1::ClockEvidence& clock, Time wall) {
  if (clock.ratios().empty()) return kErrorUncompared;
  double share = 0;
  for (const auto& ratio : clock.ratios()) {
    share = std::max(share, ratio.error() + std::abs(ratio.ratio() - 1));
  }
  const double nanos = share * static_cast<double>(wall.count());
  if (nanos >= static_cast<double>(kMostError.count())) return kMostError;
  return std::max(kLeastError, Time(static_cast<int64_t>(nanos)));
}

}  // namespace

RunTime RunTimeOf(const v1::Run& run) {
  const Time wall(run.wall_nanos());
  RunTime time;
  time.start = Time(run.started_unix_nanos()) - Time(run.clock().offset_nanos());
  time.end = time.start + wall;
  time.error = ErrorOf(run.clock(), wall);
  time.is_known = !run.clock().stepped();
  const Time received(run.received_unix_nanos());
  if (received > Time{} && time.end > received) {
    time.end = received;
    time.start = received - wall;
  }
  return time;
}

}  // namespace hypergauge::aggregator
