#pragma once

#include <filesystem>

#include "aggregator/schedule/dispatcher.h"
#include "aggregator/schedule/schedule.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// What --config.file may say. Everything has a default:
///
///     schedule:
///       interval: 30m          # between two cycles of a node
///       lease: 10m             # the longest that a cycle may take
///       retry: 1m              # after a refused or aborted cycle
///       suite: light           # light, standard or pilot
///       benchmarks: [cpu_blowfish, disk_rand_read]   # instead of the whole suite
struct Config {
  ScheduleOptions schedule;
  LeaseTerms terms;
};

/// Errors: kNotFound and kPermissionDenied naming the file; kInvalidArgument naming file, line and
/// column, and what is wrong there: YAML that cannot be parsed, unknown keys, values out of range.
[[nodiscard]] Result<Config> LoadConfig(const std::filesystem::path& file);

}  // namespace hypergauge::aggregator
