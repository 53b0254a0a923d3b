#include "tests/bench/native_run.h"

#include <gtest/gtest.h>

namespace hypergauge::bench {
namespace {

std::string RunWith(const std::string& members) {
  return "{\"progress\":{\"samples\":1}}\n{\"run\":{\"benchmark\":\"b\"" + members + "}}\n";
}

TEST(NativeRun, ReadsFiguresLabelsAndMarks) {
  const auto run = ParseNativeRun(RunWith(
      R"(,"verdict":"VERDICT_CLEAN","answer":"42","labels":{"engine":"psync"},)"
      R"("marks":["MARK_LOOPBACK","MARK_CACHED"],"measures":[{"family":"f","labels":{},"median":2},)"
      R"({"family":"g","labels":{"stat":"p50","queue_depth":"1"},"median":0.5}])"));
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(FigureOf(*run, "f"), 2);
  EXPECT_EQ(FigureOf(*run, "g{queue_depth=1,stat=p50}"), 0.5);
  EXPECT_EQ(run->labels.at("engine"), "psync");
  EXPECT_TRUE(run->cached);
  const auto missing = FigureOf(*run, "h");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "hypergauge-bench has no figure h");
}

TEST(NativeRun, RefusesARunThatFailed) {
  const auto run =
      ParseNativeRun(RunWith(R"(,"verdict":"VERDICT_FAILED","verdict_reason":"wrong digest")"));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().message, "b: wrong digest");
}

TEST(NativeRun, RefusesARunWithoutACheckedAnswer) {
  const auto run = ParseNativeRun(RunWith(R"(,"verdict":"VERDICT_CLEAN","answer":"")"));
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().message, "b checked no answer");
}

TEST(NativeRun, RefusesNonsense) {
  for (const std::string& output :
       {std::string(), std::string("nonsense"), std::string("{\"run\":7}"),
        RunWith(R"(,"verdict":7)"),
        RunWith(R"(,"verdict":"VERDICT_CLEAN","answer":"1","measures":[7])")}) {
    EXPECT_FALSE(ParseNativeRun(output)) << output;
  }
}

}  // namespace
}  // namespace hypergauge::bench
