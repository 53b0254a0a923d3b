#include "tests/load/options.h"

#include "probes/benchmark.h"
#include "program/flags.h"

namespace hypergauge::load {
namespace {

constexpr int kMostHosts = 10'000;
constexpr int kMostGuests = 999;
constexpr int kMostNodes = 20'000;
constexpr int kMostRegressions = 100;
constexpr double kMostDays = 366;
constexpr int kMostChannels = 64;
constexpr std::chrono::nanoseconds kLeastInterval = std::chrono::minutes(5);
constexpr std::chrono::nanoseconds kMostInterval = std::chrono::hours(24);

Result<void> Wrong(const std::string& what) {
  return Fail(ErrorCode::kInvalidArgument, what);
}

}  // namespace

Result<void> CheckFleetOptions(const FleetOptions& options) {
  if (options.hosts < 1 || options.hosts > kMostHosts) {
    return Wrong("--hosts must be from 1 to " + std::to_string(kMostHosts));
  }
  if (options.guests_per_host < 0 || options.guests_per_host > kMostGuests) {
    return Wrong("--guests-per-host must be from 0 to " + std::to_string(kMostGuests));
  }
  if (options.hosts * (1 + options.guests_per_host) > kMostNodes) {
    return Wrong("--hosts x (1 + --guests-per-host) must be at most " + std::to_string(kMostNodes));
  }
  if (options.regressions < 0 || options.regressions > kMostRegressions) {
    return Wrong("--regressions must be from 0 to " + std::to_string(kMostRegressions));
  }
  for (const auto& name : options.benchmarks) {
    if (!probes::Registry().contains(name)) {
      return Wrong("--benchmarks: \"" + name +
                   "\" is no benchmark; hypergauge-bench list tells all");
    }
  }
  return {};
}

Result<void> CheckStoreOptions(const FleetOptions& fleet, const StoreOptions& options) {
  if (!(options.days > 0 && options.days <= kMostDays)) {
    return Wrong("--days must be above 0 and at most 366");
  }
  if (options.interval < kLeastInterval || options.interval > kMostInterval) {
    return Wrong("--interval must be from 5m to 24h");
  }
  if (fleet.regressions > 0 && options.days < 1) {
    return Wrong("--regressions needs --days of at least 1: a step shows in what was before it");
  }
  return {};
}

Result<void> CheckProbesOptions(const ProbesOptions& options) {
  if (auto address = ParseHostPort(options.address); !address) {
    return Annotate(address.error(), "--aggregator.address");
  }
  if (!(options.pace >= 0 && options.pace <= 1)) return Wrong("--pace must be from 0 to 1");
  if (options.duration < std::chrono::nanoseconds{})
    return Wrong("--duration must not be negative");
  if (options.channels < 1 || options.channels > kMostChannels) {
    return Wrong("--channels must be from 1 to " + std::to_string(kMostChannels));
  }
  return {};
}

}  // namespace hypergauge::load
