#include "tests/sim/options.h"

#include <algorithm>
#include <string>

#include "base/clock.h"

namespace hypergauge::sim {
namespace {

using std::chrono::milliseconds;

constexpr int kMostNodes = 1'000'000;
constexpr Time kLongest = std::chrono::days(366);

Result<void> Wrong(const std::string& what) {
  return Fail(ErrorCode::kInvalidArgument, what);
}

Time IntervalFor(const SimOptions& options) {
  if (options.interval != Time{}) return options.interval;
  const int guests = GuestsPerHost(options);
  const int turns = guests == 0 ? 1 : 2 * guests + 2;
  const double seconds = turns * ToSeconds(options.cycle) / options.occupancy;
  return milliseconds(static_cast<int64_t>(seconds * 1e3));
}

}  // namespace

Result<void> CheckSimOptions(const SimOptions& options) {
  if (options.hosts < 1 || options.hosts > kMostNodes) {
    return Wrong("--hosts must be from 1 to " + std::to_string(kMostNodes));
  }
  if (options.guests < 0 || options.guests > kMostNodes) {
    return Wrong("--guests must be from 0 to " + std::to_string(kMostNodes));
  }
  if (!(options.occupancy > 0 && options.occupancy <= 0.95)) {
    return Wrong("--occupancy must be above 0 and at most 0.95");
  }
  if (options.duration <= Time{} || options.duration > kLongest) {
    return Wrong("--days must be above 0 and at most 366");
  }
  if (options.cycle < milliseconds(100) || options.cycle > std::chrono::hours(1)) {
    return Wrong("--cycle must be from 100ms to 1h");
  }
  if (options.interval < Time{} || options.mesh_interval < Time{} || options.interval > kLongest ||
      options.mesh_interval > kLongest) {
    return Wrong("--interval and --mesh-interval must be at most a year");
  }
  if (auto fits = aggregator::CheckOptions(ScheduleOptionsOf(options)); !fits) {
    return Annotate(fits.error(), "the schedule's options");
  }
  return {};
}

int GuestsPerHost(const SimOptions& options) {
  return (options.guests + options.hosts - 1) / options.hosts;
}

aggregator::ScheduleOptions ScheduleOptionsOf(const SimOptions& options) {
  aggregator::ScheduleOptions result;
  result.plans = {aggregator::Plan{}};
  auto& plan = result.plans.front();
  plan.interval = IntervalFor(options);
  plan.cycle = options.cycle;
  // The occupancy is what is asked for here, not what a measured machine should bear.
  result.node_duty = options.occupancy;
  result.host_duty = options.occupancy;
  result.mesh.interval = options.mesh_interval;
  result.mesh.cycle = options.cycle / 2;
  result.mesh.bytes_per_day = 0;
  return result;
}

}  // namespace hypergauge::sim
