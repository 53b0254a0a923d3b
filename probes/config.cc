#include "probes/config.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <string_view>

#include "base/duration.h"
#include "base/units.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint64_t kMebi = uint64_t{1} << 20U;
constexpr uint64_t kGibi = uint64_t{1} << 30U;
constexpr int kMinutesOfDay = 24 * 60;

template <typename Number>
Result<Number> ParseNumber(const std::string& text, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return Fail(ErrorCode::kInvalidArgument, "\"" + text + "\" is no number");
  }
  if (!(value >= least && value <= most)) {
    return Fail(ErrorCode::kInvalidArgument,
                text + " is not from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

Result<bool> ParseBool(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Fail(ErrorCode::kInvalidArgument, "\"" + text + "\" is neither true nor false");
}

// "07:30".
Result<int> ParseMinute(const std::string& text) {
  const auto hour = ParseNumber<int>(text.substr(0, 2), 0, 24);
  const auto minute = text.size() == 5 ? ParseNumber<int>(text.substr(3), 0, 59) : hour;
  if (text.size() != 5 || text[2] != ':' || !hour || !minute ||
      *hour * 60 + *minute > kMinutesOfDay) {
    return Fail(ErrorCode::kInvalidArgument, "\"" + text + "\" is no time of day; write 22:00");
  }
  return *hour * 60 + *minute;
}

// "22:00-06:00", and several of them with commas between.
Result<std::vector<QuietHours>> ParseQuietHours(const std::string& text) {
  std::vector<QuietHours> result;
  for (size_t at = 0; at < text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    const auto range = text.substr(at, comma - at);
    const auto dash = std::min(range.find('-'), range.size());
    const auto begin = ParseMinute(range.substr(0, dash));
    const auto end = ParseMinute(range.substr(std::min(dash + 1, range.size())));
    if (!begin || !end || *begin == *end) {
      return Fail(ErrorCode::kInvalidArgument,
                  "\"" + range + "\" is no range of hours; write 22:00-06:00");
    }
    result.push_back({*begin, *end});
    at = comma + 1;
  }
  return result;
}

using Setter = std::function<Result<void>(Config&, const std::string&)>;

struct Known {
  std::string help;
  Setter set;
};

// How a setting is read into a member that `member` finds.
template <typename Member, typename Parse>
Setter Into(Member member, Parse parse) {
  return [=](Config& config, const std::string& text) -> Result<void> {
    auto value = parse(text);
    if (!value) return tl::unexpected(value.error());
    member(config) = std::move(*value);
    return {};
  };
}

template <typename Duration>
auto DurationFrom(Duration least, Duration most = std::chrono::hours(24 * 366)) {
  return [=](const std::string& text) -> Result<Duration> {
    const auto value = ParseDuration(text);
    if (!value) return tl::unexpected(value.error());
    const auto rounded = std::chrono::ceil<Duration>(*value);
    if (rounded >= least && rounded <= most) return rounded;
    return Fail(ErrorCode::kInvalidArgument,
                text + (rounded < least ? " is too short" : " is too long"));
  };
}

template <typename Number>
auto NumberIn(Number least, Number most) {
  return [=](const std::string& text) { return ParseNumber<Number>(text, least, most); };
}

using Table = std::map<std::string, Known>;

void AddSuite(Table& table, const std::string& suite) {
  const auto add = [&](const std::string& name, const std::string& help, auto member, auto parse) {
    table["suites." + suite + "." + name] = {
        help, Into(
                  [=](Config & config) -> auto& { return member(config.suites[suite]); }, parse)};
  };
  add(
      "cycle_limit",
      "Time after which a cycle begins no further benchmark and cuts the present one short; 0 for "
      "none",
      [](SuiteConfig & c) -> auto& { return c.cycle_limit; }, DurationFrom(milliseconds(0)));
  add(
      "budget", "Time after which a benchmark begins no further sample",
      [](SuiteConfig & c) -> auto& { return c.budget; },
      DurationFrom(milliseconds(1), milliseconds(86'400'000)));
  add(
      "sample_time", "What a sample lasts at least",
      [](SuiteConfig & c) -> auto& { return c.sample_time; },
      DurationFrom(milliseconds(1), milliseconds(60'000)));
  add(
      "warmups", "Repetitions that are dropped first",
      [](SuiteConfig & c) -> auto& { return c.warmups; }, NumberIn(0, 100));
  add(
      "min_samples", "Samples even when the budget has ended",
      [](SuiteConfig & c) -> auto& { return c.min_samples; }, NumberIn(1, 10'000));
  add(
      "max_samples", "Samples at most", [](SuiteConfig & c) -> auto& { return c.max_samples; },
      NumberIn(1, 10'000));
  add(
      "target_half_width", "Half width of the median's 95 % interval that is precise enough",
      [](SuiteConfig & c) -> auto& { return c.target_half_width; }, NumberIn(1e-6, 1.0));
  add(
      "max_written_bytes", "Bytes that a run may write to disk, kept files left out",
      [](SuiteConfig & c) -> auto& { return c.max_bytes_written; }, ParseBytes);
  add(
      "max_sent_bytes", "Bytes that a run may send, loopback left out",
      [](SuiteConfig & c) -> auto& { return c.max_bytes_sent; }, ParseBytes);
}

Table MakeTable() {
  Table table;
  for (const char* suite : {"light", "standard", "pilot"}) AddSuite(table, suite);
  const auto add = [&](const std::string& key, const std::string& help, auto member, auto parse) {
    table[key] = {help, Into(member, parse)};
  };
  const auto ratio = NumberIn(0.0, 1e6);
  add(
      "work_dir", "Folder for the benchmarks' files, on the disk that is to be measured",
      [](Config & c) -> auto& { return c.work_dir; },
      [](const std::string& text) { return Result<std::filesystem::path>(text); });
  add(
      "interval", "Time between two cycles that the aggregator is asked for; 0 leaves it to it",
      [](Config & c) -> auto& { return c.interval; }, DurationFrom(seconds(0)));
  add(
      "day.max_written_bytes", "Bytes that the node may write to disk in a day",
      [](Config & c) -> auto& { return c.day.bytes_written; }, ParseBytes);
  add(
      "day.max_sent_bytes", "Bytes that the node may send in a day, loopback left out",
      [](Config & c) -> auto& { return c.day.bytes_sent; }, ParseBytes);
  add(
      "day.max_cpu_ratio", "Share of the node's CPU time that it may use in a day",
      [](Config & c) -> auto& { return c.day.cpu_ratio; }, NumberIn(0.0, 1.0));
  add(
      "quiet_hours",
      "Local hours in which the agent does not measure: 22:00-06:00; several with commas",
      [](Config & c) -> auto& { return c.quiet_hours; }, ParseQuietHours);
  add(
      "verdict.max_steal_ratio",
      "Share of the CPU time taken by the hypervisor above which a run is steal",
      [](Config & c) -> auto& { return c.verdict.steal_ratio; }, ratio);
  add(
      "verdict.max_throttled_ratio",
      "Share of a run held back by a CPU quota above which it is throttled",
      [](Config & c) -> auto& { return c.verdict.throttled_ratio; }, ratio);
  add(
      "verdict.max_run_queue_wait_ratio",
      "Time spent waiting for a CPU, of the run's, above which it is busy",
      [](Config & c) -> auto& { return c.verdict.run_queue_wait_ratio; }, ratio);
  add(
      "verdict.max_excess_cpus",
      "CPUs used by others, beyond those that the benchmark leaves, above which a run is busy",
      [](Config & c) -> auto& { return c.verdict.spare_cpus; }, ratio);
  add(
      "verdict.max_clock_ppm",
      "Parts in a million by which the benchmarks' clock may for certain run wrong",
      [](Config & c) -> auto& { return c.verdict.clock_ppm; }, ratio);
  add(
      "verdict.clock_warning_ppm",
      "Parts in a million by which any clock may run wrong without a warning",
      [](Config & c) -> auto& { return c.verdict.clock_warning_ppm; }, ratio);
  add(
      "watch.enabled", "Break a run off when production load arrives: true or false",
      [](Config & c) -> auto& { return c.watch.enabled; }, ParseBool);
  add(
      "watch.arrivals_only", "Not for load that was there before the run: true or false",
      [](Config & c) -> auto& { return c.watch.arrivals_only; }, ParseBool);
  add(
      "watch.wait_ratio", "Waiting for a CPU that shows load, share of a quarter of a second",
      [](Config & c) -> auto& { return c.watch.wait_ratio; }, ratio);
  add(
      "watch.others_cpus", "CPUs that others then use at least",
      [](Config & c) -> auto& { return c.watch.others_cpus; }, ratio);
  return table;
}

const Table& Settings() {
  static const Table kTable = MakeTable();
  return kTable;
}

// What follows "benchmarks.": NAME.enabled, NAME.size.SUITE or NAME.options.OPTION.
Result<void> ApplyToBenchmark(const std::string& rest, const std::string& value, Config& config) {
  const auto dot = std::min(rest.find('.'), rest.size());
  const auto field = rest.substr(std::min(dot + 1, rest.size()));
  auto& benchmark = config.benchmarks[rest.substr(0, dot)];
  if (field == "enabled") {
    const auto enabled = ParseBool(value);
    if (!enabled) return tl::unexpected(enabled.error());
    benchmark.enabled = *enabled;
    return {};
  }
  if (field.starts_with("options.")) {
    benchmark.options[field.substr(sizeof("options.") - 1)] = value;
    return {};
  }
  if (field.starts_with("size.")) {
    const auto suite = field.substr(sizeof("size.") - 1);
    if (const auto known = SuiteOf(config, suite); !known) return tl::unexpected(known.error());
    const auto size = ParseNumber<int64_t>(value, 1, INT64_MAX);
    if (!size) return tl::unexpected(size.error());
    benchmark.sizes[suite] = *size;
    return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "a benchmark has enabled, size.SUITE and options.OPTION");
}

Result<void> ApplyOne(const Setting& setting, Config& config) {
  constexpr std::string_view kBenchmarks = "benchmarks.";
  if (setting.key.starts_with(kBenchmarks)) {
    return ApplyToBenchmark(setting.key.substr(kBenchmarks.size()), setting.value, config);
  }
  const auto known = Settings().find(setting.key);
  if (known != Settings().end()) return known->second.set(config, setting.value);
  std::string all;
  for (const auto& [key, each] : Settings()) all += (all.empty() ? "" : ", ") + key;
  return Fail(ErrorCode::kInvalidArgument,
              "there is no such setting; there are " + all + " and benchmarks.NAME...");
}

}  // namespace

Config DefaultConfig() {
  Config config;
  config.suites["light"] = {.cycle_limit = seconds(20),
                            .budget = milliseconds(700),
                            .max_bytes_written = 128 * kMebi,
                            .max_bytes_sent = 128 * kMebi};
  config.suites["standard"] = {.cycle_limit = std::chrono::minutes(6),
                               .budget = seconds(5),
                               .max_bytes_written = kGibi,
                               .max_bytes_sent = kGibi / 2};
  config.suites["pilot"] = {.cycle_limit = milliseconds(0),
                            .budget = seconds(60),
                            .max_bytes_written = 64 * kGibi,
                            .max_bytes_sent = 64 * kGibi};
  return config;
}

Result<void> Apply(const std::vector<Setting>& settings, Config& config) {
  for (const auto& setting : settings) {
    if (auto applied = ApplyOne(setting, config); !applied) {
      return Annotate(applied.error(), setting.origin + ": " + setting.key);
    }
  }
  for (const auto& [name, suite] : config.suites) {
    if (suite.min_samples > suite.max_samples) {
      return Fail(ErrorCode::kInvalidArgument,
                  "suites." + name + ": min_samples " + std::to_string(suite.min_samples) +
                      " is above max_samples " + std::to_string(suite.max_samples));
    }
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> KnownSettings() {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [key, known] : Settings()) result.emplace_back(key, known.help);
  return result;
}

int QuietMinutesLeft(const std::vector<QuietHours>& hours, int minute) {
  int left = 0;
  for (const auto& each : hours) {
    const int length = (each.end - each.begin + kMinutesOfDay) % kMinutesOfDay;
    const int since = (minute - each.begin + kMinutesOfDay) % kMinutesOfDay;
    if (since < length) left = std::max(left, length - since);
  }
  return left;
}

Result<SuiteConfig> SuiteOf(const Config& config, const std::string& suite) {
  const auto found = config.suites.find(suite);
  if (found != config.suites.end()) return found->second;
  return Fail(ErrorCode::kInvalidArgument,
              "unknown suite \"" + suite + "\"; there are light, standard and pilot");
}

}  // namespace hypergauge::probes
