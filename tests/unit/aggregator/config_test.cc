#include "aggregator/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Config Parsed(const std::string& text) {
  const auto config = ParseConfig(text, "c.yml");
  EXPECT_TRUE(config.has_value()) << config.error().message;
  return config.value_or(Config{});
}

TEST(ConfigTest, TheShorthandIsOnePlanNamedAfterItsSuite) {
  const auto config = Parsed(
      "schedule:\n"
      "  interval: 1h\n"
      "  lease: 5m\n"
      "  retry: 10s\n"
      "  suite: standard\n"
      "  benchmarks: [null, cpu_blowfish]\n"
      "nodes:\n"
      "  vanish_after: 2w\n");
  ASSERT_THAT(config.schedule.plans, SizeIs(1));
  const auto& plan = config.schedule.plans[0];
  EXPECT_EQ(plan.name, "standard");
  EXPECT_EQ(plan.suite, "standard");
  EXPECT_EQ(plan.interval, hours(1));
  EXPECT_EQ(plan.cycle, seconds(20));  // 10 s a benchmark
  EXPECT_EQ(plan.lease, minutes(5));
  EXPECT_THAT(plan.benchmarks, ElementsAre("null", "cpu_blowfish"));
  EXPECT_EQ(config.schedule.retry, seconds(10));
  EXPECT_EQ(config.vanish_after, hours(14 * 24));
}

void ExpectDefaults(const ScheduleOptions& options) {
  ASSERT_THAT(options.plans, SizeIs(2));
  const auto& light = options.plans[0];
  EXPECT_EQ(light.name + " " + light.suite, "light light");
  EXPECT_EQ(light.interval, minutes(30));
  EXPECT_EQ(light.cycle, seconds(20));
  EXPECT_EQ(light.lease, Time{});
  EXPECT_THAT(light.hours, IsEmpty());
  const auto& nightly = options.plans[1];
  EXPECT_EQ(nightly.name + " " + nightly.suite, "nightly standard");
  EXPECT_EQ(nightly.interval, hours(24));
  EXPECT_EQ(nightly.cycle, minutes(6));
  EXPECT_THAT(nightly.hours, ElementsAre(DailyWindow{0, 360}));
  EXPECT_EQ(options.node_duty, 0.02);
  EXPECT_EQ(options.host_duty, 0.10);
  EXPECT_EQ(options.retry, minutes(1));
  EXPECT_EQ(options.ceilings.cpu_seconds, 0);
  EXPECT_EQ(options.mesh.interval, hours(6));
  EXPECT_EQ(options.mesh.cycle, seconds(10));
  EXPECT_EQ(options.mesh.bytes_per_day, uint64_t{1} << 30U);
  EXPECT_EQ(options.offline.period, hours(2));
  EXPECT_THAT(options.classes, IsEmpty());
}

TEST(ConfigTest, WhereNothingIsSaidTheDefaultsHold) {
  for (const char* text :
       {"", "# nothing\n", "{}", "schedule: {}\n", "schedule: {mesh: {}, retry: 1m}\n"}) {
    const auto config = Parsed(text);
    ExpectDefaults(config.schedule);
    EXPECT_EQ(config.vanish_after, hours(30 * 24));
  }
  ExpectDefaults(Config{}.schedule);
  EXPECT_TRUE(CheckOptions(DefaultSchedule()).has_value());
}

TEST(ConfigTest, EveryKeyIsRead) {
  const auto options = Parsed(R"(
schedule:
  retry: 30s
  plans:
    - {suite: light, interval: 10m, cycle: 100ms, lease: 1s}
    - name: weekly
      suite: pilot
      interval: 1w
      benchmarks: [compile]
      hours: ["01:00-05:00", 22:00-23:00]
  duty: {node: 0.05, host: 0.5}
  quiet_hours: ["12:00-13:00", "12:30-14:00"]
  blackouts:
    - from: 2026-12-24T18:00:00Z
      until: 2026-12-26T00:00:00+01:00
      hosts: [h1, "h2"]
      reason: holidays
  ceilings: {cpu: 1h, bytes_written: 20GiB, bytes_sent: 10GiB}
  mesh: {interval: 1h, suite: standard, benchmarks: [network_tcp], cycle: 5s, bytes_per_day: 0}
  offline: {period: 1h, length: 30s, guard: 0, valid: 12h, after: 5m}
  classes: {network: normal, tools: background, disk: exclusive}
)")
                           .schedule;
  EXPECT_EQ(options.retry, seconds(30));
  ASSERT_THAT(options.plans, SizeIs(2));
  EXPECT_EQ(options.plans[0].name, "light");
  EXPECT_EQ(options.plans[0].cycle, milliseconds(100));
  EXPECT_EQ(options.plans[0].lease, seconds(1));
  EXPECT_EQ(options.plans[1].name, "weekly");
  EXPECT_EQ(options.plans[1].cycle, minutes(2));
  EXPECT_THAT(options.plans[1].hours,
              ElementsAre(DailyWindow{60, 300}, DailyWindow{22 * 60, 23 * 60}));
  EXPECT_EQ(options.node_duty, 0.05);
  EXPECT_EQ(options.host_duty, 0.5);
  EXPECT_THAT(options.quiet_hours, SizeIs(2));
  ASSERT_THAT(options.blackouts, SizeIs(1));
  EXPECT_EQ(options.blackouts[0].until - options.blackouts[0].from, hours(29));
  EXPECT_THAT(options.blackouts[0].hosts, ElementsAre("h1", "h2"));
  EXPECT_EQ(options.blackouts[0].reason, "holidays");
  EXPECT_EQ(options.ceilings.cpu_seconds, 3600);
  EXPECT_EQ(options.ceilings.bytes_written, uint64_t{20} << 30U);
  EXPECT_EQ(options.ceilings.bytes_sent, uint64_t{10} << 30U);
  EXPECT_EQ(options.mesh.interval, hours(1));
  EXPECT_EQ(options.mesh.suite, "standard");
  EXPECT_THAT(options.mesh.benchmarks, ElementsAre("network_tcp"));
  EXPECT_EQ(options.mesh.cycle, seconds(5));
  EXPECT_EQ(options.mesh.bytes_per_day, 0U);
  EXPECT_EQ(options.offline.period, hours(1));
  EXPECT_EQ(options.offline.length, seconds(30));
  EXPECT_EQ(options.offline.guard, Time{});
  EXPECT_EQ(options.offline.valid, hours(12));
  EXPECT_EQ(options.offline.after, minutes(5));
  EXPECT_EQ(options.classes.at("network"), LockClass::kNormal);
  EXPECT_EQ(options.classes.at("tools"), LockClass::kBackground);
  EXPECT_EQ(options.classes.at("disk"), LockClass::kExclusive);
}

TEST(ConfigTest, ACycleFollowsFromSuiteAndBenchmarks) {
  const auto cycle = [](const std::string& plan) {
    return Parsed("schedule: {interval: 1w, " + plan + "}\n").schedule.plans.at(0).cycle;
  };
  EXPECT_EQ(cycle("suite: light"), seconds(20));
  EXPECT_EQ(cycle("suite: standard"), minutes(6));
  EXPECT_EQ(cycle("suite: pilot"), hours(1));
  EXPECT_EQ(cycle("benchmarks: [a, b, c]"), milliseconds(7500));
  EXPECT_EQ(cycle("benchmarks: [a], suite: pilot"), minutes(2));
  EXPECT_EQ(cycle("benchmarks: [a], cycle: 100ms"), milliseconds(100));
  EXPECT_EQ(Parsed("schedule: {mesh: {suite: standard}}").schedule.mesh.cycle, minutes(1));
  EXPECT_EQ(Parsed("schedule: {mesh: {benchmarks: [a, b]}}").schedule.mesh.cycle, seconds(5));
}

TEST(ConfigTest, ZeroMeansNoneWhereThatIsDocumented) {
  const auto options =
      Parsed(
          "schedule: {lease: 0, ceilings: {cpu: 0, bytes_written: 0, bytes_sent: 0}, "
          "mesh: {interval: 0}, offline: {period: 0, after: 0}}\n")
          .schedule;
  EXPECT_EQ(options.plans[0].lease, Time{});
  EXPECT_EQ(options.mesh.interval, Time{});
  EXPECT_EQ(options.offline.period, Time{});
  EXPECT_THAT(Parsed("schedule: {plans: []}").schedule.plans, IsEmpty());
}

TEST(ConfigTest, QuietNightsTakeTheHoursOfTheDefaultNightlyPlan) {
  const auto options = Parsed("schedule: {quiet_hours: [\"22:00-06:00\"]}").schedule;
  ASSERT_THAT(options.plans, SizeIs(2));
  EXPECT_THAT(options.plans[1].hours, IsEmpty());
}

TEST(ConfigTest, ContradictionsNameTheFileAndTheArithmetic) {
  EXPECT_EQ(ParseConfig("schedule: {interval: 30s}", "c.yml").error().message,
            "c.yml: schedule.interval 30s: a host without guests needs 1 turn x 20s = 20s, one "
            "with a guest 4 turns x 20s = 80s, which does not fit; lower the cycle or raise the "
            "interval");
  EXPECT_EQ(ParseConfig("schedule: {plans: [{}, {}]}", "c.yml").error().message,
            "c.yml: schedule.plans: two plans have the name light");
  EXPECT_THAT(ParseConfig("schedule: {duty: {node: nan}}", "c.yml").error().message,
              HasSubstr("schedule.duty.node nan"));
}

// Each of these would keep all overheads away later.
TEST(ConfigTest, HardwareGroupsThatNoComparisonTakesAreRefusedAtOnce) {
  EXPECT_THAT(ParseConfig("analysis:\n  hardware: [{name: r720, nodes: [a, b]},\n"
                          "             {name: r730, nodes: [c, a]}]",
                          "c.yml")
                  .error()
                  .message,
              HasSubstr("node \"a\" is in a hardware group already"));
  std::string many = "analysis: {hardware: [{name: g}";
  for (int i = 1; i <= 1000; ++i) many += ", {name: g" + std::to_string(i) + "}";
  EXPECT_THAT(ParseConfig(many + "]}", "c.yml").error().message,
              HasSubstr("more than 1000 groups"));
}

std::string Documented() {
  return hypergauge::testing::ReadFile(HYPERGAUGE_SOURCE_DIR "/docs/aggregator.yml");
}

TEST(ConfigTest, TheDocumentedFileSaysTheDefaults) {
  const auto config = Parsed(Documented());
  EXPECT_EQ(config.schedule, DefaultSchedule());
  EXPECT_EQ(config.vanish_after, Config{}.vanish_after);
  EXPECT_EQ(config.catalogue_file, "");
}

// Every "there are ..." of an unknown key is a list of what must be documented.
TEST(ConfigTest, TheDocumentedFileHasEveryKey) {
  int keys = 0;
  for (const char* map :
       {"{%}", "schedule: {%}", "schedule: {plans: [{%}]}", "schedule: {duty: {%}}",
        "schedule: {blackouts: [{%}]}", "schedule: {ceilings: {%}}", "schedule: {mesh: {%}}",
        "schedule: {offline: {%}}", "nodes: {%}", "analysis: {%}", "analysis: {hardware: [{%}]}",
        "catalogue: {%}"}) {
    std::string text = map;
    text.replace(text.find('%'), 1, "no_such_key: 1");
    const auto message = ParseConfig(text, "c.yml").error().message;
    std::istringstream known(message.substr(message.rfind("there are ") + 10));
    for (std::string key; known >> key; ++keys) {
      if (key.ends_with(',')) key.pop_back();
      EXPECT_THAT(Documented(), ::testing::ContainsRegex("(^|[\n #-])" + key + ":")) << text;
    }
  }
  EXPECT_EQ(keys, 4 + 14 + 7 + 2 + 4 + 3 + 5 + 5 + 1 + 7 + 2 + 1);
}

TEST(ConfigTest, TheFlagOfVanishAfterIsBoundedAsTheFile) {
  EXPECT_EQ(*ParseVanishAfter("1s"), std::chrono::seconds(1));
  EXPECT_THAT(ParseVanishAfter("0").error().message, HasSubstr("at least 1s"));
  EXPECT_THAT(ParseVanishAfter("soon").error().message, HasSubstr("\"soon\" is no duration"));
}

TEST(ConfigTest, AMissingFileOrAFolderIsNamed) {
  const TempDir folder;
  const auto missing = LoadConfig(folder.path() / "none.yml");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("none.yml"));
  EXPECT_FALSE(LoadConfig(folder.path()).has_value());
}

struct BadConfig {
  const char* text;
  const char* place;  // line and column that the message must name
  const char* what;
};

class BadConfigTest : public ::testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, IsRefusedWithItsPlace) {
  const TempDir folder;
  const auto config = LoadConfig(folder.Write("c.yml", GetParam().text));
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(config.error().message, HasSubstr(std::string("c.yml:") + GetParam().place));
  EXPECT_THAT(config.error().message, HasSubstr(GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadConfigTest,
    ::testing::Values(
        BadConfig{"schedule:\n  interval: [1", "", ""},
        BadConfig{"schedule:\n  intervall: 1h\n", "2:3", "unknown key \"intervall\""},
        BadConfig{"shedule: {}\n", "1:1", "unknown key \"shedule\""},
        BadConfig{"schedule:\n  interval: soon\n", "2:13", "\"soon\" is no duration"},
        BadConfig{"schedule:\n  interval: 0\n", "2:13", "schedule.interval: must be at least 1s"},
        BadConfig{"schedule: {lease: 1h, plans: []}\n", "1:19",
                  "schedule.lease: there are plans already"},
        BadConfig{"schedule:\n plans: {}\n", "2:9", "plans: must be a list of plans"},
        BadConfig{"schedule:\n plans: [light]\n", "2:10", "plans: a plan must be a map"},
        BadConfig{"schedule:\n plans: [{hour: 1}]\n", "2:11", "unknown key \"hour\" in a plan"},
        BadConfig{"schedule:\n plans: [{hours: [\"6-7\"]}]\n", "2:19", "plans.hours: \"6-7\""},
        BadConfig{"schedule:\n plans: [{cycle: 0}]\n", "2:18", "must be at least 0.001s"},
        BadConfig{"schedule:\n mesh: {interval: 1h,\n  interval: 2h}\n", "3:3", "given twice"},
        BadConfig{"schedule:\n duty: {node: 2%}\n", "2:15", "duty.node: \"2%\" is no number"},
        BadConfig{"schedule:\n quiet_hours: 22:00-06:00\n", "2:15", "quiet_hours: must be a list"},
        BadConfig{"schedule:\n quiet_hours: [1:00-1:00]\n", "2:16", "no range of hours"},
        BadConfig{"schedule:\n quiet_hours: [01:00-01:00]\n", "2:16", "no length"},
        BadConfig{"schedule:\n blackouts: [{from: soon}]\n", "2:21", "blackouts.from: \"soon\""},
        BadConfig{"schedule:\n blackouts: [{from: 2026-12-24T18:00:00Z}]\n", "2:14", "needs until"},
        BadConfig{
            "schedule:\n blackouts: [{until: 2026-12-24T18:00:00Z, from: 2026-12-24T19:00:00Z}]\n",
            "2:14", "must end after it begins"},
        BadConfig{"schedule:\n blackouts: [{hosts: [\"\"]}]\n", "2:23", "a name is empty"},
        BadConfig{"schedule:\n ceilings: {bytes_sent: lots}\n", "2:25", "ceilings.bytes_sent"},
        BadConfig{"schedule:\n ceilings: {cpu: 2}\n", "2:18", "\"2\" is no duration"},
        BadConfig{"schedule:\n mesh: {suite: heavy}\n", "2:16", "mesh.suite: unknown suite"},
        BadConfig{"schedule:\n offline: {length: 0}\n", "2:20", "offline.length: must be at least"},
        BadConfig{"schedule:\n offline: {guard: -1s}\n", "2:19", "no duration"},
        BadConfig{"schedule:\n classes: {disk: shared}\n", "2:18", "unknown class \"shared\""},
        BadConfig{"schedule:\n classes: {disk: normal, disk: normal}\n", "2:26", "given twice"},
        BadConfig{"schedule:\n classes: [disk]\n", "2:11", "map of category to class"},
        BadConfig{"? [a]\n: 1\n", "1:3", "single value"},
        BadConfig{"nodes:\n  vanish_after: 500ms\n", "2:17", "at least 1s"},
        BadConfig{"nodes:\n  vanish: 1d\n", "2:3", "unknown key \"vanish\""},
        BadConfig{"schedule:\n  suite: heavy\n", "2:10", "unknown suite"},
        BadConfig{"schedule:\n  benchmarks: all\n", "2:15", "list"},
        BadConfig{"schedule:\n  interval: [1h]\n", "2:13", "single value"},
        BadConfig{"- 1\n", "1:1", "must be a map"}));

}  // namespace
}  // namespace hypergauge::aggregator
