#include "probes/compare/saved_runs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "probes/run_output.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempDir;

Json Good() {
  return Json::parse(R"({"runs": [{
    "benchmark": "null", "version": 1, "suite": "light", "threads": 1, "verdict": "clean",
    "verdict_reason": "", "bench_sha256": "ab", "labels": {"threads": "1"}, "new": [1],
    "measures": [{"family": "null_seconds", "labels": {"stat": "p50"}, "unit": "seconds",
                  "direction": "lower", "unranked": false, "samples": [1, 2.5, 0]}]}]})");
}

TEST(SavedRuns, AreRead) {
  const auto runs = ParseSavedRuns(Good().dump());
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_EQ(runs->size(), 1U);
  const auto& run = runs->front();
  EXPECT_EQ(run.benchmark, "null");
  EXPECT_EQ(run.version, 1U);
  EXPECT_EQ(run.labels.at("threads"), "1");
  ASSERT_EQ(run.measures.size(), 1U);
  EXPECT_THAT(run.measures[0].samples, ElementsAre(1, 2.5, 0));
  EXPECT_EQ(run.measures[0].labels.at("stat"), "p50");
  EXPECT_FALSE(run.measures[0].higher_is_better);
}

TEST(SavedRuns, AreWhatRunPrints) {
  v1::Run run;
  run.set_benchmark("null");
  run.set_benchmark_version(3);
  run.set_suite("light");
  run.set_threads(2);
  run.set_verdict(v1::VERDICT_BUSY);
  auto& measure = *run.add_measures();
  measure.set_family("null_seconds");
  measure.add_samples(0.5);
  auto cached = run;
  cached.add_marks(v1::MARK_UNVERIFIED);
  cached.add_marks(v1::MARK_CACHED);
  const auto runs = ParseSavedRuns(RunsJson({run, cached}, {}, {}));
  ASSERT_TRUE(runs) << runs.error().message;
  EXPECT_FALSE(runs->front().cached);
  EXPECT_TRUE(runs->back().cached);
  EXPECT_EQ(runs->front().version, 3U);
  EXPECT_EQ(runs->front().verdict, "busy");
  EXPECT_THAT(runs->front().measures[0].samples, ElementsAre(0.5));
}

struct Fault {
  const char* name;
  const char* pointer;  // what to replace
  Json value;           // discarded: remove it
  const char* message;
};

class SavedRunsFault : public ::testing::TestWithParam<Fault> {};

TEST_P(SavedRunsFault, IsNamedWithItsPlace) {
  const auto& fault = GetParam();
  auto json = Good();
  const Json::json_pointer pointer(fault.pointer);
  if (fault.value.is_discarded()) {
    json[pointer.parent_pointer()].erase(pointer.back());
  } else {
    json[pointer] = fault.value;
  }
  const auto runs = ParseSavedRuns(json.dump());
  ASSERT_FALSE(runs);
  EXPECT_THAT(runs.error().message, HasSubstr(fault.message));
}

const Json kGone(Json::value_t::discarded);

INSTANTIATE_TEST_SUITE_P(
    All, SavedRunsFault,
    ::testing::Values(
        Fault{"NoRuns", "/runs", kGone, "runs is missing"},
        Fault{"RunsIsNumber", "/runs", 3, "runs is number, not an array"},
        Fault{"RunIsString", "/runs/0", "x", "runs[0] is no object"},
        Fault{"NoBenchmark", "/runs/0/benchmark", kGone, "runs[0].benchmark is missing"},
        Fault{"BenchmarkIsNull", "/runs/0/benchmark", nullptr,
              "runs[0].benchmark is null, not a string"},
        Fault{"VersionIsNegative", "/runs/0/version", -1, "runs[0].version is no count"},
        Fault{"ThreadsIsHuge", "/runs/0/threads", 1ULL << 40U, "runs[0].threads is no count"},
        Fault{"LabelIsNumber", "/runs/0/labels/threads", 1,
              "runs[0].labels holds something else than strings"},
        Fault{"NoMeasures", "/runs/0/measures", Json::array(),
              "runs[0].measures is empty, but the verdict is clean"},
        Fault{"BadDirection", "/runs/0/measures/0/direction", "left",
              "runs[0].measures[0].direction is \"left\""},
        Fault{"BadUnranked", "/runs/0/measures/0/unranked", 1,
              "runs[0].measures[0].unranked is neither true nor false"},
        Fault{"NoSamples", "/runs/0/measures/0/samples", Json::array(),
              "runs[0].measures[0].samples is empty"},
        Fault{"NegativeSample", "/runs/0/measures/0/samples/1", -2,
              "runs[0].measures[0].samples[1] is -2; figures are finite and not negative"},
        Fault{"SampleIsText", "/runs/0/measures/0/samples/2", "NaN",
              "runs[0].measures[0].samples[2] is string, not a number"},
        Fault{"HugeArray", "/runs/0/measures/0/samples", Json(std::vector<int>(10'001, 1)),
              "runs[0].measures[0].samples has 10001 entries; at most 10000 are taken"}),
    [](const auto& param) { return param.param.name; });

TEST(SavedRuns, NameTheByteWhereTheyAreNoJson) {
  EXPECT_THAT(ParseSavedRuns("").error().message, HasSubstr("no JSON at byte 1:"));
  EXPECT_THAT(ParseSavedRuns("{\"runs\": [NaN]}").error().message, HasSubstr("at byte 11:"));
  EXPECT_THAT(ParseSavedRuns("{\"runs\": [").error().message, HasSubstr("at byte 11:"));
  EXPECT_THAT(ParseSavedRuns("[]").error().message, HasSubstr("the file holds no object"));
  EXPECT_THAT(ParseSavedRuns("{\"runs\": [1e999]}").error().message, HasSubstr("1e999"));
  EXPECT_FALSE(ParseSavedRuns(std::string(1'000'000, '[')));
}

TEST(SavedRuns, CannotSmuggleSequencesToTheTerminal) {
  auto json = Good();
  json["/runs/0/benchmark"_json_pointer] = "a\x1b[2Jb";
  EXPECT_EQ(ParseSavedRuns(json.dump())->front().benchmark, "a [2Jb");
}

TEST(SavedRuns, NameTheirFile) {
  const TempDir folder;
  EXPECT_THAT(ReadSavedRuns(folder.path() / "none.json").error().message, HasSubstr("none.json"));
  EXPECT_THAT(ReadSavedRuns(folder.Write("bad.json", "{")).error().message,
              HasSubstr("bad.json: no JSON at byte 2"));
  EXPECT_THAT(ReadSavedRuns(folder.path()).error().message, HasSubstr(folder.path().string()));
}

}  // namespace
}  // namespace hypergauge::probes
