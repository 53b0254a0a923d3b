#include "probes/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "build_paths.h"
#include "probes/yaml_settings.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

Result<Config> Load(const std::string& yaml) {
  const auto settings = ParseYamlSettings(yaml, "probe.yml");
  if (!settings) return tl::unexpected(settings.error());
  Config config = DefaultConfig();
  if (auto applied = Apply(*settings, config); !applied) return tl::unexpected(applied.error());
  return config;
}

std::string ErrorOf(const std::string& yaml) {
  const auto config = Load(yaml);
  EXPECT_FALSE(config) << yaml;
  return config ? "" : config.error().message;
}

TEST(Config, HasDefaultsForAllSuites) {
  const auto config = Load("").value();
  EXPECT_EQ(config.suites.at("light").cycle_limit, seconds(20));
  EXPECT_EQ(config.suites.at("light").sample_time, milliseconds(200));
  EXPECT_EQ(config.suites.at("standard").cycle_limit, seconds(360));
  EXPECT_EQ(config.suites.at("pilot").cycle_limit, seconds(0));
  EXPECT_EQ(config.day.bytes_written, uint64_t{2} << 30U);
  EXPECT_EQ(config.day.bytes_sent, uint64_t{1} << 30U);
}

TEST(Config, ReadsEverySettingFromYaml) {
  const auto config = Load(R"(
# A comment.
work_dir: /srv/bench
interval: 10m
quiet_hours: [22:00-06:00, "12:00-12:30"]
suites:
  light: {budget: 1s, sample_time: 250ms, warmups: 0, min_samples: 5, max_samples: 9,
          cycle_limit: 30s, target_half_width: 0.01, max_written_bytes: 64MiB,
          max_sent_bytes: 10MB}
day:
  max_written_bytes: 1GiB
  max_sent_bytes: 0
  max_cpu_ratio: 0.5
benchmarks:
  cpu_zlib: {enabled: false, size: {light: 7}}
  network_http:
    options: {url: "http://192.0.2.1/x"}
verdict: {max_steal_ratio: 0.2, max_throttled_ratio: 0.3, max_run_queue_wait_ratio: 0.4,
          max_excess_cpus: 0.5, max_clock_ppm: 600, clock_warning_ppm: 60}
watch: {enabled: false, arrivals_only: true, wait_ratio: 0.6, others_cpus: 0.7}
)")
                          .value();
  EXPECT_EQ(config.work_dir, "/srv/bench");
  EXPECT_EQ(config.interval, seconds(600));
  ASSERT_EQ(config.quiet_hours.size(), 2U);
  EXPECT_EQ(config.quiet_hours[0].begin, 22 * 60);
  EXPECT_EQ(config.quiet_hours[1].end, 12 * 60 + 30);
  const auto& light = config.suites.at("light");
  EXPECT_EQ(light.budget, seconds(1));
  EXPECT_EQ(light.sample_time, milliseconds(250));
  EXPECT_EQ(light.warmups, 0);
  EXPECT_EQ(light.min_samples, 5);
  EXPECT_EQ(light.max_samples, 9);
  EXPECT_EQ(light.cycle_limit, seconds(30));
  EXPECT_EQ(light.target_half_width, 0.01);
  EXPECT_EQ(light.max_bytes_written, uint64_t{64} << 20U);
  EXPECT_EQ(light.max_bytes_sent, 10'000'000U);
  EXPECT_EQ(config.day.bytes_written, uint64_t{1} << 30U);
  EXPECT_EQ(config.day.bytes_sent, 0U);
  EXPECT_EQ(config.day.cpu_ratio, 0.5);
  EXPECT_FALSE(config.benchmarks.at("cpu_zlib").enabled);
  EXPECT_EQ(config.benchmarks.at("cpu_zlib").sizes.at("light"), 7);
  EXPECT_EQ(config.benchmarks.at("network_http").options.at("url"), "http://192.0.2.1/x");
  EXPECT_EQ(config.verdict.steal_ratio, 0.2);
  EXPECT_EQ(config.verdict.throttled_ratio, 0.3);
  EXPECT_EQ(config.verdict.run_queue_wait_ratio, 0.4);
  EXPECT_EQ(config.verdict.spare_cpus, 0.5);
  EXPECT_EQ(config.verdict.clock_ppm, 600);
  EXPECT_EQ(config.verdict.clock_warning_ppm, 60);
  EXPECT_FALSE(config.watch.enabled);
  EXPECT_TRUE(config.watch.arrivals_only);
  EXPECT_EQ(config.watch.wait_ratio, 0.6);
  EXPECT_EQ(config.watch.others_cpus, 0.7);
}

TEST(Config, NamesLineAndKeyOfWhatIsWrong) {
  EXPECT_EQ(ErrorOf("interval: 10m\nsuites:\n  light: {budget: soon}\n").substr(0, 35),
            "probe.yml:3: suites.light.budget: \"");
  EXPECT_THAT(ErrorOf("\nsuits: {}\nsuites: {light: {bugdet: 1s}}"),
              HasSubstr("probe.yml:3: suites.light.bugdet: there is no such setting; there are "));
  EXPECT_EQ(ErrorOf("day: {max_cpu_ratio: 2}"),
            "probe.yml:1: day.max_cpu_ratio: 2 is not from 0.000000 to 1.000000");
  EXPECT_EQ(ErrorOf("day: {max_sent_bytes: 5 parsecs}"),
            "probe.yml:1: day.max_sent_bytes: \"5 parsecs\" is no number of bytes; write 1500, "
            "64MiB or 2GB");
  EXPECT_THAT(ErrorOf("suites: {light: {min_samples: 0}}"), HasSubstr("0 is not from 1 to 10000"));
  EXPECT_THAT(ErrorOf("quiet_hours: 25:00-26:00"), HasSubstr("is no range of hours"));
  EXPECT_THAT(ErrorOf("quiet_hours: 22:00"), HasSubstr("is no range of hours"));
  EXPECT_THAT(ErrorOf("watch: {enabled: perhaps}"), HasSubstr("neither true nor false"));
  EXPECT_THAT(ErrorOf("benchmarks: {a: {size: {huge: 3}}}"), HasSubstr("unknown suite \"huge\""));
  EXPECT_THAT(ErrorOf("benchmarks: {a: {size: {light: -3}}}"), HasSubstr("-3 is not from 1"));
  EXPECT_THAT(ErrorOf("benchmarks: {a: 3}"), HasSubstr("a benchmark has enabled"));
  EXPECT_THAT(ErrorOf("suites: {light: {budget: 0}}"), HasSubstr("0 is too short"));
  EXPECT_THAT(ErrorOf("suites: {light: {sample_time: 2m}}"), HasSubstr("2m is too long"));
  EXPECT_THAT(ErrorOf("suites: {light: {min_samples: 61}}"),
              HasSubstr("suites.light: min_samples 61 is above max_samples 60"));
  EXPECT_THAT(ErrorOf("day: {max_sent_bytes: 99999999999999GiB}"), HasSubstr("no number of bytes"));
}

TEST(Config, TakesBytesWithAndWithoutUnits) {
  EXPECT_EQ(Load("day: {max_sent_bytes: 2147483648}")->day.bytes_sent, uint64_t{1} << 31U);
  EXPECT_EQ(Load("day: {max_sent_bytes: 3kB}")->day.bytes_sent, 3000U);
  EXPECT_EQ(Load("day: {max_sent_bytes: 3KiB}")->day.bytes_sent, 3072U);
}

TEST(Config, RefusesWhatIsNoMappingOfSettings) {
  EXPECT_THAT(ErrorOf("a: [1"), HasSubstr("probe.yml:2: "));  // where it ends
  EXPECT_THAT(ErrorOf("just words"), HasSubstr("probe.yml:1: the document is no mapping"));
  EXPECT_THAT(ErrorOf("interval: 1m\ninterval: 2m"),
              HasSubstr("probe.yml:2: interval is given twice"));
  EXPECT_THAT(ErrorOf("quiet_hours: [{a: 1}]"), HasSubstr("has an entry that is no value"));
  EXPECT_THAT(ErrorOf("? [a]\n: 1"), HasSubstr("has a key that is no word"));
  EXPECT_THAT(ErrorOf("a: &x\n  b: *x\n"), HasSubstr("probe.yml:"));  // contains itself
}

TEST(ParseYamlSettings, ReadsNoFileThatIsNotThere) {
  EXPECT_EQ(ReadYamlSettings("/nonexistent/probe.yml").error().code, ErrorCode::kNotFound);
}

TEST(Config, TheDocumentedFileHoldsTheDefaults) {
  const auto settings = ReadYamlSettings(HYPERGAUGE_SOURCE_DIR "/docs/probe.yml");
  ASSERT_TRUE(settings) << settings.error().message;
  auto documented = DefaultConfig();
  const auto applied = Apply(*settings, documented);
  ASSERT_TRUE(applied) << applied.error().message;
  const auto defaults = DefaultConfig();
  for (const auto& [name, suite] : defaults.suites) {
    const auto& other = documented.suites.at(name);
    EXPECT_EQ(other.cycle_limit, suite.cycle_limit) << name;
    EXPECT_EQ(other.budget, suite.budget) << name;
    EXPECT_EQ(other.sample_time, suite.sample_time) << name;
    EXPECT_EQ(other.min_samples, suite.min_samples) << name;
    EXPECT_EQ(other.max_bytes_written, suite.max_bytes_written) << name;
    EXPECT_EQ(other.max_bytes_sent, suite.max_bytes_sent) << name;
  }
  EXPECT_EQ(documented.day.bytes_written, defaults.day.bytes_written);
  EXPECT_EQ(documented.day.cpu_ratio, defaults.day.cpu_ratio);
  EXPECT_EQ(documented.verdict.steal_ratio, defaults.verdict.steal_ratio);
  EXPECT_EQ(documented.verdict.clock_ppm, defaults.verdict.clock_ppm);
  EXPECT_EQ(documented.watch.wait_ratio, defaults.watch.wait_ratio);
}

TEST(QuietMinutesLeft, KnowsTheHoursAlsoOverMidnight) {
  const std::vector<QuietHours> hours = {{22 * 60, 6 * 60}, {12 * 60, 13 * 60}};
  EXPECT_EQ(QuietMinutesLeft(hours, 21 * 60 + 59), 0);
  EXPECT_EQ(QuietMinutesLeft(hours, 22 * 60), 8 * 60);
  EXPECT_EQ(QuietMinutesLeft(hours, 0), 6 * 60);
  EXPECT_EQ(QuietMinutesLeft(hours, 5 * 60 + 59), 1);
  EXPECT_EQ(QuietMinutesLeft(hours, 6 * 60), 0);
  EXPECT_EQ(QuietMinutesLeft(hours, 12 * 60 + 30), 30);
  EXPECT_EQ(QuietMinutesLeft({}, 100), 0);
}

TEST(Apply, LetsLaterSettingsWin) {
  Config config = DefaultConfig();
  ASSERT_TRUE(Apply({{"interval", "1m", "file"}, {"interval", "2m", "--interval"}}, config));
  EXPECT_EQ(config.interval, seconds(120));
  EXPECT_EQ(Apply({{"interval", "x", "--interval"}}, config).error().message.substr(0, 22),
            "--interval: interval: ");
}

}  // namespace
}  // namespace hypergauge::probes
