#include "probes/noise/noise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "probes/durable_file.h"
#include "probes/noise/noise_file.h"
#include "probes/noise/noise_output.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Medians = std::vector<std::optional<double>>;
using testing::TempDir;

TEST(NoiseOf, IsTheSpreadOfTheRounds) {
  const auto figures = NoiseOf(Medians{98, 100, 102, 100, 104}, 20);
  EXPECT_EQ(figures.rounds, 5);
  EXPECT_EQ(figures.median.value(), 100);
  EXPECT_DOUBLE_EQ(figures.floor_ratio.value(), 0.02 * 1.4826);
  EXPECT_NEAR(figures.variation_ratio.value(), std::sqrt(5.2) / 100.8, 1e-12);
}

TEST(NoiseOf, FindsTheSmallestDetectableChange) {
  // Each step is a factor of 1.1 up or down: s = ln 1.1.
  const Medians zigzag = {100, 110, 100, 110, 100};
  const double s = std::log(1.1);
  EXPECT_NEAR(NoiseOf(zigzag, 20).detectable_ratio.value(), 3.5 * s / std::sqrt(20), 1e-12);
  EXPECT_NEAR(NoiseOf(zigzag, 80).detectable_ratio.value(), 3.5 * s / std::sqrt(80), 1e-12);
}

TEST(NoiseOf, IsNoneForAQuietMachine) {
  const auto figures = NoiseOf(Medians{5, 5, 5, 5}, 20);
  EXPECT_EQ(figures.floor_ratio.value(), 0);
  EXPECT_EQ(figures.detectable_ratio.value(), 0);
}

TEST(NoiseOf, NeedsThreeRoundsAndThreeSteps) {
  EXPECT_FALSE(NoiseOf(Medians{1, 2}, 20).floor_ratio);
  EXPECT_EQ(NoiseOf(Medians{1, 2}, 20).median.value(), 1.5);
  const auto three = NoiseOf(Medians{1, 2, 3}, 20);
  EXPECT_TRUE(three.floor_ratio);
  EXPECT_FALSE(three.detectable_ratio);
  // Rounds with a dirty one between them are no neighbours.
  EXPECT_FALSE(NoiseOf(Medians{1, 2, {}, 3, 1}, 20).detectable_ratio);
  EXPECT_FALSE(NoiseOf(Medians{}, 20).median);
}

TEST(NoiseOf, HasNoRatioToZero) {
  const auto figures = NoiseOf(Medians{0, 0, 0, 0}, 20);
  EXPECT_FALSE(figures.floor_ratio);
  EXPECT_FALSE(figures.detectable_ratio);
}

Descriptors Known() {
  v1::BenchmarkDescriptor descriptor;
  descriptor.set_name("cpu_x");
  auto& quantity = *descriptor.add_quantities();
  quantity.set_family("cpu_x_seconds");
  quantity.set_unit("seconds");
  (*quantity.mutable_labels())["stat"] = "p50";
  return {descriptor};
}

v1::Run RunOf(double median, v1::Verdict verdict = v1::VERDICT_CLEAN) {
  v1::Run run;
  run.set_benchmark("cpu_x");
  run.set_verdict(verdict);
  auto& measure = *run.add_measures();
  measure.set_family("cpu_x_seconds");
  (*measure.mutable_labels())["stat"] = "p50";
  measure.set_median(median);
  measure.add_samples(median);
  return run;
}

NoiseReport ReportOf(const NoiseCollector& collector) {
  return {.suite = "light",
          .rounds = 5,
          .blocks = 20,
          .measured_unix_nanos = 1'767'323'045'678'000'000,
          .benchmarks = collector.Report(Known(), 20)};
}

NoiseReport Zigzag() {
  NoiseCollector collector;
  for (int round = 0; round < 5; ++round) collector.Add(round, RunOf(round % 2 == 0 ? 1 : 1.1));
  v1::Run failed;
  failed.set_benchmark("cpu_y");
  failed.set_verdict(v1::VERDICT_FAILED);
  failed.set_verdict_reason("wrong answer");
  collector.Add(0, failed);
  return ReportOf(collector);
}

TEST(NoiseCollector, TakesOnlyCleanRounds) {
  NoiseCollector collector;
  for (int round = 0; round < 6; ++round) {
    collector.Add(round, RunOf(1, round < 4 ? v1::VERDICT_CLEAN : v1::VERDICT_BUSY));
  }
  const auto report = collector.Report(Known(), 20);
  ASSERT_EQ(report.size(), 1U);
  EXPECT_EQ(report[0].figures.rounds, 4);
  EXPECT_EQ(report[0].unit, "seconds");
  EXPECT_EQ(report[0].reason, "");
}

TEST(NoiseCollector, SaysWhyThereIsNoFigure) {
  const auto report = Zigzag();
  ASSERT_EQ(report.benchmarks.size(), 2U);
  EXPECT_EQ(report.benchmarks[1].reason,
            "0 clean rounds; 3 are needed; others were failed: wrong answer");
  EXPECT_FALSE(report.benchmarks[1].unsupported);
}

TEST(NoiseCollector, NamesWhatWasLeftOut) {
  NoiseCollector collector;
  collector.Add(0, RunOf(1));
  collector.LeaveOut("cpu_x", "the day's ceiling of CPU time");
  collector.LeaveOut("cpu_y", "the day's ceiling of bytes written");
  const auto report = collector.Report(Known(), 20);
  ASSERT_EQ(report.size(), 2U);
  EXPECT_EQ(report[0].reason,
            "1 clean rounds; 3 are needed; others were left out: the day's ceiling of CPU time");
  EXPECT_EQ(report[1].benchmark, "cpu_y");
  EXPECT_EQ(
      report[1].reason,
      "0 clean rounds; 3 are needed; others were left out: the day's ceiling of bytes written");
}

TEST(NoiseOutput, IsATable) {
  EXPECT_EQ(NoiseTable(Zigzag()),
            "BENCHMARK  MEDIAN  CLEAN ROUNDS  NOISE FLOOR  VARIATION  DETECTABLE IN 20 BLOCKS  "
            "NOTE\n"
            "cpu_x      1.00 s           5/5        0.0 %      5.3 %                    7.5 %\n"
            "cpu_y           -           0/5            -          -                        -  "
            "0 clean rounds; 3 are needed; others were failed: wrong answer\n");
}

TEST(NoiseOutput, IsATextfile) {
  const auto text = NoisePrometheus(Zigzag());
  EXPECT_THAT(text, HasSubstr("\nhypergauge_noise_floor_ratio{benchmark=\"cpu_x\",family=\"cpu_x_"
                              "seconds\",stat=\"p50\",suite=\"light\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE hypergauge_smallest_detectable_change_ratio gauge\n"));
  EXPECT_THAT(text, Not(HasSubstr("cpu_y")));
}

TEST(NoiseFile, ComesBackAsTheAgentTellsIt) {
  const TempDir folder;
  const auto storage = folder.path() / "state";
  ASSERT_TRUE(WriteNoise(storage, Zigzag()));
  const auto noise = ReadNoise(storage);
  ASSERT_TRUE(noise) << noise.error().message;
  ASSERT_EQ(noise->size(), 1U);
  const auto& entry = noise->front();
  EXPECT_EQ(entry.benchmark(), "cpu_x");
  EXPECT_EQ(entry.family(), "cpu_x_seconds");
  EXPECT_EQ(entry.labels().at("stat"), "p50");
  EXPECT_EQ(entry.suite(), "light");
  EXPECT_EQ(entry.rounds(), 5U);
  EXPECT_EQ(entry.blocks(), 20U);
  EXPECT_NEAR(entry.detectable_ratio(), 0.0746, 0.0001);
  EXPECT_EQ(entry.measured_unix_nanos(), 1'767'323'045'678'000'000);
}

NoiseReport OneFloor(const std::string& suite, const std::string& benchmark, double ratio) {
  BenchmarkNoise noise;
  noise.benchmark = benchmark;
  noise.family = benchmark + "_seconds";
  noise.figures.rounds = 5;
  noise.figures.floor_ratio = noise.figures.detectable_ratio = ratio;
  return {.suite = suite,
          .rounds = 5,
          .blocks = ratio < 0.5 ? 20 : 40,
          .measured_unix_nanos = static_cast<int64_t>(1'000 * ratio),
          .benchmarks = {noise}};
}

std::map<std::string, double> FloorsOf(const std::filesystem::path& storage) {
  std::map<std::string, double> floors;
  const auto noise = ReadNoise(storage);
  EXPECT_TRUE(noise);
  for (const auto& each : *noise) {
    const auto key = each.suite() + " " + each.family() + " " + std::to_string(each.labels_size());
    EXPECT_TRUE(floors.emplace(key, each.floor_ratio()).second) << key;
    EXPECT_EQ(each.measured_unix_nanos(), static_cast<int64_t>(1'000 * each.floor_ratio())) << key;
    EXPECT_EQ(each.blocks(), each.floor_ratio() < 0.5 ? 20U : 40U) << key;
  }
  return floors;
}

TEST(NoiseFile, KeepsWhatOtherRoundsFound) {
  const TempDir folder;
  auto labelled = OneFloor("light", "cpu_x", 0.125);
  labelled.benchmarks[0].labels["stat"] = "p50";
  for (const auto& report :
       {OneFloor("light", "cpu_x", 0.25), OneFloor("light", "cpu_y", 0.375), labelled,
        OneFloor("standard", "cpu_x", 0.5), OneFloor("light", "cpu_x", 0.75)}) {
    ASSERT_TRUE(WriteNoise(folder.path(), report));
  }
  EXPECT_THAT(FloorsOf(folder.path()), UnorderedElementsAre(Pair("light cpu_x_seconds 0", 0.75),
                                                            Pair("light cpu_x_seconds 1", 0.125),
                                                            Pair("light cpu_y_seconds 0", 0.375),
                                                            Pair("standard cpu_x_seconds 0", 0.5)));
}

TEST(NoiseFile, KeepsAFloorThatIsNotFoundAgain) {
  const TempDir folder;
  ASSERT_TRUE(WriteNoise(folder.path(), OneFloor("light", "cpu_x", 0.25)));
  auto without = OneFloor("light", "cpu_x", 0.75);
  without.benchmarks[0].figures.detectable_ratio.reset();
  ASSERT_TRUE(WriteNoise(folder.path(), without));
  EXPECT_THAT(FloorsOf(folder.path()), ElementsAre(Pair("light cpu_x_seconds 0", 0.25)));
}

TEST(NoiseFile, KeepsTheEntriesOfAFileThatNamesTheSuiteOnce) {
  const TempDir folder;
  folder.Write("noise.json", R"({"suite": "light", "blocks": 20, "measured_unix_nanos": 250,
      "noise": [{"benchmark": "cpu_x", "family": "cpu_x_seconds", "floor_ratio": 0.25,
                 "detectable_ratio": 0.5}]})");
  ASSERT_TRUE(WriteNoise(folder.path(), OneFloor("standard", "cpu_x", 0.75)));
  EXPECT_THAT(FloorsOf(folder.path()),
              UnorderedElementsAre(Pair("light cpu_x_seconds 0", 0.25),
                                   Pair("standard cpu_x_seconds 0", 0.75)));
}

TEST(NoiseFile, IsMadeAnewWhereItIsDamaged) {
  const TempDir folder;
  folder.Write("noise.json", R"({"noise": [{"floor_ratio": 0.25}]})");
  ASSERT_TRUE(WriteNoise(folder.path(), OneFloor("light", "cpu_x", 0.75)));
  EXPECT_THAT(FloorsOf(folder.path()), ElementsAre(Pair("light cpu_x_seconds 0", 0.75)));
}

TEST(NoiseFile, HoldsNoMoreThanTheAgentTakes) {
  const TempDir folder;
  NoiseReport many = OneFloor("light", "cpu_x", 0.25);
  for (int i = 0; i < 999; ++i) {
    many.benchmarks.push_back(many.benchmarks[0]);
    many.benchmarks.back().benchmark += std::to_string(i);
  }
  ASSERT_TRUE(WriteNoise(folder.path(), many));
  ASSERT_TRUE(WriteNoise(folder.path(), OneFloor("standard", "cpu_x", 0.75)));
  const auto noise = ReadNoise(folder.path());
  ASSERT_TRUE(noise) << noise.error().message;
  EXPECT_EQ(noise->size(), 1'000U);
  EXPECT_EQ(noise->front().suite(), "standard");
}

TEST(NoiseFile, MayBeMissing) {
  const TempDir folder;
  const auto noise = ReadNoise(folder.path());
  ASSERT_TRUE(noise);
  EXPECT_TRUE(noise->empty());
}

TEST(NoiseFile, SaysWhatIsWrongWithIt) {
  const TempDir folder;
  folder.Write("noise.json", "{");
  EXPECT_THAT(ReadNoise(folder.path()).error().message, HasSubstr("noise.json: is no JSON object"));
  EXPECT_EQ(ParseNoise("{}").error().message, "has no array noise");
  EXPECT_EQ(ParseNoise(R"({"noise": [7]})").error().message, "noise[0] is no object");
  EXPECT_EQ(ParseNoise(R"({"noise": [{}]})").error().message, "noise[0] names no benchmark");
  const auto odd = ParseNoise(R"({"noise": [{"benchmark": "a", "floor_ratio": -1}]})");
  ASSERT_TRUE(odd);
  EXPECT_TRUE(odd->empty());
}

}  // namespace
}  // namespace hypergauge::probes
