#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

#include "aggregator/schedule/dispatcher.h"
#include "aggregator/schedule/old_schedule.h"
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
///     nodes:
///       vanish_after: 30d      # a node that is silent for so long leaves all lists
struct Config {
  legacy::ScheduleOptions schedule;
  LeaseTerms terms;
  std::chrono::nanoseconds vanish_after = std::chrono::hours(30 * 24);
};

/// nodes.vanish_after. Errors: kInvalidArgument for what is no duration of at least a second.
[[nodiscard]] Result<std::chrono::nanoseconds> ParseVanishAfter(std::string_view text);

/// Errors: kNotFound and kPermissionDenied naming the file; kInvalidArgument naming file, line and
/// column, and what is wrong there: YAML that cannot be parsed, unknown keys, values out of range.
[[nodiscard]] Result<Config> LoadConfig(const std::filesystem::path& file);

}  // namespace hypergauge::aggregator
