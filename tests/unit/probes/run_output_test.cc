#include "probes/run_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hypergauge::probes {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Descriptors Known() {
  v1::BenchmarkDescriptor descriptor;
  descriptor.set_name("network_rtt");
  descriptor.set_version(2);
  descriptor.set_category("network");
  descriptor.set_available(true);
  (*descriptor.mutable_work_unit())["light"] = "one byte";
  descriptor.add_suites("light");
  descriptor.add_suites("pilot");
  for (const char* stat : {"p50", "p99"}) {
    auto& quantity = *descriptor.add_quantities();
    quantity.set_family("network_rtt_latency_seconds");
    quantity.set_unit("seconds");
    quantity.set_direction(v1::DIRECTION_LOWER_IS_BETTER);
    quantity.set_help("Round trip\nof a byte");
    (*quantity.mutable_labels())["stat"] = stat;
  }
  return {descriptor};
}

v1::Run CleanRun() {
  v1::Run run;
  run.set_benchmark("network_rtt");
  run.set_benchmark_version(2);
  run.set_suite("light");
  run.set_environment_digest("d1");
  run.set_started_unix_nanos(1'767'323'045'678'000'000);
  run.set_wall_nanos(1'500'000'000);
  run.set_verdict(v1::VERDICT_CLEAN);
  run.add_marks(v1::MARK_UNSCHEDULED);
  (*run.mutable_labels())["threads"] = "1";
  double median = 0.001;
  for (const char* stat : {"p50", "p99"}) {
    auto& measure = *run.add_measures();
    measure.set_family("network_rtt_latency_seconds");
    (*measure.mutable_labels())["stat"] = stat;
    for (int i = 0; i < 3; ++i) measure.add_samples(median);
    measure.set_median(median);
    measure.set_mad(median / 10);
    median *= 2;
  }
  return run;
}

v1::Run FailedRun() {
  v1::Run run;
  run.set_benchmark("network_rtt");
  run.set_verdict(v1::VERDICT_FAILED);
  run.set_verdict_reason("the peer hangs");
  return run;
}

NodeFacts Node() {
  NodeFacts node;
  node.name = "vm1";
  node.platform.set_name("qemu");
  node.environment.set_online_cpus(2);
  (*node.environment.mutable_facts())["smt"] = "off";
  node.environment.set_digest("d1");
  return node;
}

TEST(RunOutput, DrawsATable) {
  EXPECT_EQ(RunsTable({CleanRun(), FailedRun()}, Known(), {}),
            "BENCHMARK     MEDIAN  SPREAD  SAMPLES  VERDICT\n"
            "network_rtt  1.00 ms  10.0 %        3  clean\n"
            "network_rtt        -       -        -  failed: the peer hangs\n");
}

TEST(RunOutput, DrawsBarsOnATerminal) {
  auto run = CleanRun();
  auto& samples = *run.mutable_measures(0)->mutable_samples();
  samples.Clear();
  for (const double sample : {0.0009, 0.00095, 0.001, 0.00105, 0.0012}) samples.Add(sample);
  const auto text = RunsTable({run, FailedRun()}, Known(), {.is_terminal = true});
  EXPECT_EQ(
      text,
      "BENCHMARK     MEDIAN  SPREAD  SAMPLES  -20 %           +20 %  VERDICT\n"
      "network_rtt  1.00 ms  10.0 %        5       [====|====-----]  clean\n"
      "network_rtt        -       -        -                         failed: the peer hangs\n");
}

TEST(RunOutput, ColoursOnlyTheVerdict) {
  const auto text =
      RunsTable({CleanRun(), FailedRun()}, Known(), {.is_terminal = true, .colours = true});
  EXPECT_THAT(text, HasSubstr("  \x1b[32mclean\x1b[0m\n"));
  EXPECT_THAT(text, HasSubstr("  \x1b[31mfailed\x1b[0m: the peer hangs\n"));
}

TEST(RunOutput, PrintsJsonWithThePrimaryQuantityAtTheTop) {
  const auto json = nlohmann::json::parse(RunsJson({CleanRun(), FailedRun()}, Known(), Node()));
  ASSERT_EQ(json["runs"].size(), 2U);
  const auto& clean = json["runs"][0];
  EXPECT_EQ(clean["benchmark"], "network_rtt");
  EXPECT_EQ(clean["version"], 2);
  EXPECT_EQ(clean["environment_digest"], "d1");
  EXPECT_EQ(clean["unit"], "seconds");
  EXPECT_EQ(clean["direction"], "lower");
  EXPECT_EQ(clean["median"], 0.001);
  EXPECT_EQ(clean["n"], 3);
  EXPECT_EQ(clean["samples"].size(), 3U);
  EXPECT_EQ(clean["verdict"], "clean");
  EXPECT_EQ(clean["marks"], nlohmann::json::array({"unscheduled"}));
  EXPECT_EQ(clean["started"], "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(clean["wall_seconds"], 1.5);
  ASSERT_EQ(clean["measures"].size(), 2U);
  EXPECT_EQ(clean["measures"][1]["labels"]["stat"], "p99");
  EXPECT_EQ(clean["measures"][1]["median"], 0.002);
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["node"]["name"], "vm1");
  EXPECT_EQ(json["node"]["platform"], "qemu");
  EXPECT_EQ(json["node"]["online_cpus"], 2);
  EXPECT_EQ(json["node"]["facts"]["smt"], "off");
  EXPECT_EQ(json["node"]["digest"], "d1");
  const auto& failed = json["runs"][1];
  EXPECT_TRUE(failed["median"].is_null());
  EXPECT_EQ(failed["unit"], "seconds");
  EXPECT_EQ(failed["verdict_reason"], "the peer hangs");
}

TEST(RunOutput, PrintsNullForWhatIsNotKnown) {
  auto known = CleanRun();
  known.mutable_interference()->set_pressure_reported(true);
  known.mutable_interference()->set_frequency_hertz(2e9);
  const auto json = nlohmann::json::parse(RunsJson({CleanRun(), known}, Known(), Node()));
  for (const char* name : {"pressure_cpu_ratio", "pressure_memory_ratio", "pressure_io_ratio"}) {
    EXPECT_TRUE(json["runs"][0]["interference"][name].is_null()) << name;
    EXPECT_EQ(json["runs"][1]["interference"][name], 0) << name;
  }
  EXPECT_TRUE(json["runs"][0]["interference"]["frequency_hertz"].is_null());
  EXPECT_EQ(json["runs"][1]["interference"]["frequency_hertz"], 2e9);
}

TEST(RunOutput, PrintsWhatWasLeftOut) {
  const auto json =
      nlohmann::json::parse(RunsJson({CleanRun()}, Known(), Node(), {{"disk_dd", "no room"}}));
  EXPECT_EQ(json["left_out"],
            nlohmann::json::parse(R"([{"benchmark": "disk_dd", "reason": "no room"}])"));
}

TEST(RunOutput, PrintsHowTheClocksCompared) {
  auto run = CleanRun();
  auto& ratio = *run.mutable_clock()->add_ratios();
  ratio.set_clock("CLOCK_MONOTONIC_RAW");
  ratio.set_ratio(0.95);
  ratio.set_error(0.001);
  run.mutable_clock()->set_clocksource("tsc");
  run.mutable_clock()->set_offset_nanos(-500'000'000);
  run.mutable_clock()->set_warning("slow");
  const auto json = nlohmann::json::parse(RunsJson({run, FailedRun()}, Known(), Node()));
  const auto& clock = json["runs"][0]["clock"];
  EXPECT_EQ(clock["ratios"]["CLOCK_MONOTONIC_RAW"]["ratio"], 0.95);
  EXPECT_EQ(clock["ratios"]["CLOCK_MONOTONIC_RAW"]["error"], 0.001);
  EXPECT_TRUE(clock["window_ratios"].empty());
  EXPECT_EQ(clock["clocksource"], "tsc");
  EXPECT_EQ(clock["stepped"], false);
  EXPECT_EQ(clock["offset_seconds"], -0.5);
  EXPECT_EQ(clock["warning"], "slow");
  EXPECT_TRUE(json["runs"][1]["clock"].is_null());
}

TEST(RunOutput, PrintsMediansOfCleanRunsForPrometheus) {
  const auto text = RunsPrometheus({CleanRun(), FailedRun(), CleanRun()}, Known());
  EXPECT_THAT(
      text,
      HasSubstr(
          "# HELP hypergauge_network_rtt_latency_seconds Round trip\\nof a byte\n"
          "# TYPE hypergauge_network_rtt_latency_seconds gauge\n"
          "hypergauge_network_rtt_latency_seconds{stat=\"p50\",suite=\"light\",threads=\"1\"} "
          "0.001\n"
          "hypergauge_network_rtt_latency_seconds{stat=\"p99\",suite=\"light\",threads=\"1\"} "
          "0.002\n"));
  EXPECT_THAT(text, HasSubstr("verdict=\"clean\"} 1767323045.678"));
  EXPECT_EQ(RunsPrometheus({FailedRun()}, Known()),
            "# HELP hypergauge_benchmark_last_run_timestamp_seconds Start of the last run; only a "
            "clean one has figures\n"
            "# TYPE hypergauge_benchmark_last_run_timestamp_seconds gauge\n"
            "hypergauge_benchmark_last_run_timestamp_seconds{benchmark=\"network_rtt\",suite=\"\","
            "verdict=\"failed\"} 0\n");
}

TEST(RunOutput, PrintsNoFigureOfACacheForPrometheus) {
  auto known = Known();
  known[0].mutable_quantities(1)->set_unranked(true);  // says by its name that it measures a cache
  auto cached = CleanRun();
  cached.add_marks(v1::MARK_CACHED);
  const auto text = RunsPrometheus({cached}, known);
  EXPECT_THAT(text, Not(HasSubstr("stat=\"p50\"")));
  EXPECT_THAT(text, HasSubstr("stat=\"p99\""));
  EXPECT_THAT(text, Not(HasSubstr("hypergauge_benchmark_s")));  // of the primary figure
  EXPECT_THAT(text, HasSubstr("verdict=\"clean\"} 1767323045.678"));
}

TEST(RunOutput, ListsBenchmarks) {
  auto known = Known();
  EXPECT_EQ(BenchmarksTable(known),
            "BENCHMARK    CATEGORY  UNIT  BETTER  SUITES       AVAILABLE\n"
            "network_rtt  network   s     lower   light,pilot  yes\n");
  const auto json = nlohmann::json::parse(BenchmarksJson(known));
  ASSERT_TRUE(json.is_array());
  EXPECT_EQ(json[0]["name"], "network_rtt");
  EXPECT_EQ(json[0]["direction"], "lower");
  EXPECT_EQ(json[0]["available"], true);
  EXPECT_EQ(json[0]["work_unit"]["light"], "one byte");
  known[0].set_available(false);
  known[0].set_reason("no network");
  EXPECT_NE(BenchmarksTable(known).find("no: no network"), std::string::npos);
}

TEST(RunOutput, KnowsTheWordsOfTheContract) {
  EXPECT_EQ(VerdictWord(v1::VERDICT_UNSUPPORTED), "unsupported");
  EXPECT_EQ(MarkWord(v1::MARK_PRELIMINARY), "preliminary");
  EXPECT_EQ(Rfc3339(std::chrono::nanoseconds(-1)), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace hypergauge::probes
