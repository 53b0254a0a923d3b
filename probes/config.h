#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "probes/interference.h"
#include "probes/load_watch.h"

/// What the user sets, by a YAML file and by flags; both know the same settings by the same names.
namespace hypergauge::probes {

/// How a suite is run.
struct SuiteConfig {
  std::chrono::milliseconds cycle_limit{};  ///< after which no further benchmark is begun; 0: none
  std::chrono::milliseconds budget{};       ///< of a benchmark: after it no further sample is begun
  std::chrono::milliseconds sample_time{200};
  int warmups = 1;
  int min_samples = 3;
  int max_samples = 60;
  double target_half_width = 0.025;  ///< of the median's 95 % interval, relative
  uint64_t max_bytes_written = 0;    ///< of a run, kept files left out
  uint64_t max_bytes_sent = 0;       ///< of a run, loopback left out
};

/// What the user says about one benchmark.
struct BenchmarkConfig {
  bool enabled = true;                         ///< false: left out of suites
  std::map<std::string, int64_t> sizes;        ///< by suite
  std::map<std::string, std::string> options;  ///< Descriptor::options
};

/// What a node may use up in a day of UTC.
struct DayCeilings {
  uint64_t bytes_written = uint64_t{2} << 30U;
  uint64_t bytes_sent = uint64_t{1} << 30U;  ///< loopback left out
  double cpu_ratio = 0.02;                   ///< of the node's CPU time
};

/// Minutes of the local day in which nothing is measured; may go over midnight.
struct QuietHours {
  int begin = 0;
  int end = 0;
};

struct Config {
  std::filesystem::path work_dir;   ///< empty: the program's choice
  std::chrono::seconds interval{};  ///< between cycles, asked of the aggregator; 0: its own choice
  std::map<std::string, SuiteConfig> suites;
  std::map<std::string, BenchmarkConfig> benchmarks;
  DayCeilings day;
  std::vector<QuietHours> quiet_hours;
  VerdictLimits verdict;
  WatchLimits watch;
};

/// With the defaults of the suites light, standard and pilot.
[[nodiscard]] Config DefaultConfig();

/// One value with the place that it came from, for messages: "probe.yml:12", "--set".
struct Setting {
  std::string key;  ///< "suites.light.budget"
  std::string value;
  std::string origin;
};

/// Applies the settings in their order. Errors: kInvalidArgument with origin, key, and what is
/// wrong or what there is.
[[nodiscard]] Result<void> Apply(const std::vector<Setting>& settings, Config& config);

/// All settings with fixed names, with a sentence about each; the other ones are
/// benchmarks.NAME.enabled, benchmarks.NAME.size.SUITE and benchmarks.NAME.options.OPTION.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> KnownSettings();

/// Minutes until the quiet hours end in which `minute` (of the local day) lies; 0 outside of them.
[[nodiscard]] int QuietMinutesLeft(const std::vector<QuietHours>& hours, int minute);

/// The suite's configuration. Errors: kInvalidArgument, naming the suite and what there is.
[[nodiscard]] Result<SuiteConfig> SuiteOf(const Config& config, const std::string& suite);

}  // namespace hypergauge::probes
