#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "aggregator/config_analysis.h"
#include "aggregator/schedule/options.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// What holds where the configuration has no `schedule`: light rounds all day long, and standard
/// ones at night.
[[nodiscard]] ScheduleOptions DefaultSchedule();

/// What --config.file may say, as docs/aggregator.yml shows it. Everything has a default.
struct Config {
  ScheduleOptions schedule = DefaultSchedule();  ///< they have passed CheckOptions
  AnalysisOptions analysis;
  std::chrono::nanoseconds vanish_after = std::chrono::hours(30 * 24);
  std::string catalogue_file;  ///< empty: what ships alone
};

/// nodes.vanish_after. Errors: kInvalidArgument for what is no duration of at least a second.
[[nodiscard]] Result<std::chrono::nanoseconds> ParseVanishAfter(std::string_view text);

/// Errors: kNotFound and kPermissionDenied naming the file; kInvalidArgument naming file, line and
/// column, and what is wrong there: YAML that cannot be parsed, unknown keys, values out of range.
/// What contradicts itself names the file and the keys, with the arithmetic.
[[nodiscard]] Result<Config> LoadConfig(const std::filesystem::path& file);

/// The same of a text; `name` stands for the file in messages.
[[nodiscard]] Result<Config> ParseConfig(const std::string& text, const std::string& name);

}  // namespace hypergauge::aggregator
