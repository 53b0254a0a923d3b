#include "probes/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "probes/compare/comparison_output.h"

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SavedRun RunOf(double scale, int samples = 6) {
  SavedRun run;
  run.benchmark = "cpu_x";
  run.version = 1;
  run.suite = "light";
  run.threads = 1;
  run.verdict = "clean";
  run.bench_sha256 = "abcdef0123456789";
  run.labels["threads"] = "1";
  auto& measure = run.measures.emplace_back();
  measure.family = "cpu_x_seconds";
  measure.unit = "seconds";
  for (int i = 0; i < samples; ++i) measure.samples.push_back(scale * (100 + i % 3));
  return run;
}

ComparedQuantity One(const std::vector<SavedRun>& a, const std::vector<SavedRun>& b) {
  const auto comparison = Compare(a, b);
  EXPECT_EQ(comparison.quantities.size(), 1U);
  return comparison.quantities.at(0);
}

TEST(Comparison, SaysWorseAndBetterByTheDirection) {
  const auto slower = One({RunOf(1)}, {RunOf(2)});
  EXPECT_EQ(slower.answer, Answer::kWorse);
  EXPECT_EQ(slower.reason, "");
  EXPECT_DOUBLE_EQ(slower.ratio.value(), 2);
  ASSERT_TRUE(slower.interval);
  EXPECT_GT(slower.interval->low, 1.9);
  EXPECT_LT(slower.interval->high, 2.1);
  EXPECT_EQ(One({RunOf(2)}, {RunOf(1)}).answer, Answer::kBetter);

  auto a = RunOf(1);
  auto b = RunOf(2);
  a.measures[0].higher_is_better = b.measures[0].higher_is_better = true;
  EXPECT_EQ(One({a}, {b}).answer, Answer::kBetter);
  EXPECT_EQ(One({b}, {a}).answer, Answer::kWorse);
}

TEST(Comparison, IsInconclusiveWhereTheIntervalHoldsOne) {
  const auto same = One({RunOf(1)}, {RunOf(1.001)});
  EXPECT_EQ(same.answer, Answer::kInconclusive);
  EXPECT_EQ(same.reason, "the interval holds 1");
  EXPECT_TRUE(same.interval);
}

TEST(Comparison, IsInconclusiveBelowSixSamples) {
  const auto few = One({RunOf(1, 5)}, {RunOf(2)});
  EXPECT_EQ(few.answer, Answer::kInconclusive);
  EXPECT_EQ(few.reason, "A has 5 samples; 6 are needed");
  EXPECT_TRUE(few.ratio);
  EXPECT_FALSE(few.interval);
  EXPECT_EQ(One({RunOf(1)}, {RunOf(2, 3)}).reason, "B has 3 samples; 6 are needed");
}

TEST(Comparison, TakesTheSamplesOfAllCleanRuns) {
  auto busy = RunOf(50);
  busy.verdict = "busy";
  const auto pooled = One({RunOf(1, 3), busy, RunOf(1, 3)}, {RunOf(2)});
  EXPECT_EQ(pooled.answer, Answer::kWorse);
  EXPECT_EQ(pooled.a.samples.size(), 6U);
  EXPECT_EQ(pooled.a.clean_runs, 2);
  EXPECT_EQ(pooled.a.runs, 3);
}

std::vector<SavedRun> Rounds(const std::vector<double>& scales) {
  std::vector<SavedRun> runs;
  for (const double scale : scales) runs.push_back(RunOf(scale, 20));
  return runs;
}

TEST(Comparison, HoldsHowRunsDifferWithSixOnEachSide) {
  // Every run scatters by 2 %, but runs differ by 60 %. Pooled, the samples would answer worse.
  const std::vector<double> a = {1, 1.6, 1.3, 1.3, 1.3, 1.1};
  const std::vector<double> b = {1.2, 1.8, 1.5, 1.5, 1.5, 1.3};
  const auto six = One(Rounds(a), Rounds(b));
  EXPECT_TRUE(six.over_runs);
  EXPECT_EQ(six.answer, Answer::kInconclusive);
  EXPECT_THAT(six.a.run_medians, SizeIs(6));
  EXPECT_DOUBLE_EQ(six.a.median.value(), 1.3 * 101);
  EXPECT_DOUBLE_EQ(six.ratio.value(), 1.5 / 1.3);

  auto five = Rounds(b);
  five.back().verdict = "busy";
  const auto pooled = One(Rounds(a), five);
  EXPECT_FALSE(pooled.over_runs);
  EXPECT_EQ(pooled.answer, Answer::kWorse);
  EXPECT_EQ(One(Rounds(a), Rounds({2, 3.2, 2.6, 2.6, 2.6, 2.2})).answer, Answer::kWorse);
}

TEST(Comparison, RanksNoFigureOfACache) {
  auto cached = RunOf(2);
  cached.cached = true;
  const auto different = One({RunOf(1)}, {cached});
  EXPECT_EQ(different.answer, Answer::kNotComparable);
  EXPECT_EQ(different.reason, "marks differ: cached and not cached");
  EXPECT_FALSE(different.interval);
  const auto alike = One({cached}, {cached});
  EXPECT_EQ(alike.answer, Answer::kNotComparable);
  EXPECT_EQ(alike.reason, "cached: a figure of a cache is never ranked");
  EXPECT_DOUBLE_EQ(alike.ratio.value(), 1);  // shown all the same
}

TEST(Comparison, IsInconclusiveWithoutACleanRun) {
  auto busy = RunOf(2);
  busy.verdict = "busy";
  busy.verdict_reason = "waited";
  const auto disturbed = One({RunOf(1)}, {busy});
  EXPECT_EQ(disturbed.answer, Answer::kInconclusive);
  EXPECT_EQ(disturbed.reason, "B is busy: waited");
  EXPECT_DOUBLE_EQ(disturbed.ratio.value(), 2);  // shown all the same
  EXPECT_FALSE(disturbed.interval);
  auto failed = RunOf(2);
  failed.verdict = "failed";
  failed.verdict_reason = "wrong answer";
  failed.measures.clear();
  EXPECT_EQ(One({failed}, {RunOf(1)}).reason, "A is failed: wrong answer");
  const auto both = One({failed}, {failed});
  EXPECT_EQ(both.answer, Answer::kInconclusive);
  EXPECT_EQ(both.reason, "A is failed: wrong answer");
}

TEST(Comparison, IsInconclusiveWhereASideMissesIt) {
  EXPECT_EQ(One({RunOf(1)}, {}).reason, "only in A");
  EXPECT_EQ(One({}, {RunOf(1)}).reason, "only in B");
  auto other = RunOf(1);
  other.measures[0].labels["stat"] = "p50";
  const auto rows = Compare({RunOf(1)}, {other}).quantities;
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].reason, "B lacks it");
  EXPECT_EQ(rows[1].reason, "A lacks it");
}

TEST(Comparison, HasNoRatioToZero) {
  auto zero = RunOf(1);
  zero.measures[0].samples[2] = 0;
  EXPECT_EQ(One({zero}, {RunOf(2)}).reason, "A has a sample of 0, which has no ratio");
}

struct Difference {
  const char* name;
  void (*change)(SavedRun& run);
  const char* reason;
};

class ComparisonDifference : public ::testing::TestWithParam<Difference> {};

TEST_P(ComparisonDifference, IsNotComparable) {
  auto b = RunOf(2);
  GetParam().change(b);
  const auto comparison = Compare({RunOf(1)}, {b});
  ASSERT_EQ(comparison.quantities.size(), 1U);
  EXPECT_EQ(comparison.quantities[0].answer, Answer::kNotComparable);
  EXPECT_EQ(comparison.quantities[0].reason, GetParam().reason);
  EXPECT_THAT(comparison.warnings, ElementsAre(std::string("cpu_x: ") + GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    All, ComparisonDifference,
    ::testing::Values(
        Difference{"Version", [](SavedRun& run) { run.version = 2; },
                   "version of the benchmark differs: 1 and 2"},
        Difference{"Suite", [](SavedRun& run) { run.suite = "pilot"; },
                   "suite differs: light and pilot"},
        Difference{"Threads", [](SavedRun& run) { run.threads = 2; }, "threads differ: 1 and 2"},
        Difference{"Labels", [](SavedRun& run) { run.labels["engine"] = "psync"; },
                   "labels differ: engine=psync,threads=1 and threads=1"},
        Difference{"Build", [](SavedRun& run) { run.bench_sha256 = "1234567890abcdef"; },
                   "build of hypergauge-bench differs: 1234567890ab and abcdef012345"}),
    [](const auto& param) { return param.param.name; });

TEST(Comparison, NeverRanksWhatIsUnranked) {
  auto a = RunOf(1);
  auto b = RunOf(2);
  a.measures[0].unranked = b.measures[0].unranked = true;
  EXPECT_EQ(One({a}, {b}).answer, Answer::kNotComparable);
  EXPECT_THAT(Compare({a}, {b}).warnings, IsEmpty());
}

TEST(ComparisonOutput, IsATable) {
  EXPECT_EQ(ComparisonTable(Compare({RunOf(1, 7)}, {RunOf(2, 7)}), {}),
            "QUANTITY      A      B    B/A   95 % INTERVAL  B IS\n"
            "cpu_x     101 s  202 s  2.000  [1.961, 2.040]  worse\n"
            "\n"
            "Intervals over the samples of fewer than 6 clean runs a side do not hold how runs "
            "differ from each other; `run --rounds 6` on both sides does.\n");
  EXPECT_THAT(ComparisonTable(Compare({RunOf(1)}, {}), {}),
              HasSubstr("-  inconclusive: only in A\n"));
}

TEST(ComparisonOutput, HasANoteOnlyWhereAnIntervalLeavesOutHowRunsDiffer) {
  const auto runs = Rounds({1, 1, 1, 1, 1, 1});
  EXPECT_EQ(NoteOn(Compare(runs, runs)), "");
  EXPECT_THAT(ComparisonTable(Compare(runs, runs), {}),
              EndsWith("inconclusive: the interval holds 1\n"));
  EXPECT_EQ(NoteOn(Compare({RunOf(1)}, {})), "");  // no interval
  EXPECT_THAT(NoteOn(Compare(runs, {RunOf(1)})), HasSubstr("do not hold how runs differ"));
  const auto json = nlohmann::json::parse(ComparisonJson(Compare(runs, runs), "a", "b"));
  EXPECT_EQ(json["note"], "");
  EXPECT_EQ(json["comparisons"][0]["interval_over"], "runs");
}

TEST(ComparisonOutput, IsJson) {
  const auto json =
      nlohmann::json::parse(ComparisonJson(Compare({RunOf(1)}, {RunOf(2)}), "a.json", "b.json"));
  EXPECT_EQ(json["a"], "a.json");
  const auto& row = json["comparisons"][0];
  EXPECT_EQ(row["benchmark"], "cpu_x");
  EXPECT_EQ(row["ratio"], 2);
  EXPECT_EQ(row["answer"], "worse");
  EXPECT_EQ(row["interval_95"].size(), 2U);
  EXPECT_EQ(row["interval_over"], "samples");
  EXPECT_THAT(json["note"].get<std::string>(), HasSubstr("do not hold how runs differ"));
  EXPECT_EQ(row["a"]["n"], 6);
  const auto missing =
      nlohmann::json::parse(ComparisonJson(Compare({}, {RunOf(2)}), "a.json", "b.json"));
  EXPECT_TRUE(missing["comparisons"][0]["ratio"].is_null());
  EXPECT_TRUE(missing["comparisons"][0]["a"]["median"].is_null());
}

}  // namespace
}  // namespace hypergauge::probes
