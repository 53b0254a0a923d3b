#include <gtest/gtest.h>

#include "probes/benchmarks/tools/sysbench.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

TEST(Sysbench, ReadsARealReport) {
  const auto figures = ParseSysbench(TestData("sysbench.txt"));
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_DOUBLE_EQ(figures->events_per_second, 1267.53);
  EXPECT_EQ(figures->events, 1279U);
  EXPECT_DOUBLE_EQ(figures->seconds, 1.0082);
}

TEST(Sysbench, RefusesEveryReportThatIsCutOffBeforeItsFigures) {
  const auto whole = TestData("sysbench.txt");
  const auto last = whole.find("total number of events:");
  ASSERT_NE(last, std::string::npos);
  for (size_t size = 0; size <= last; ++size) {
    EXPECT_FALSE(ParseSysbench(whole.substr(0, size))) << size;
  }
}

TEST(Sysbench, RefusesFiguresThatDoNotAgree) {
  const auto report = [](const std::string& rate, const std::string& events) {
    return "events per second: " + rate + "\ntotal time: 1.0s\ntotal number of events: " + events;
  };
  EXPECT_TRUE(ParseSysbench(report("1000", "1001")));
  for (const char* rate : {"1200", "0", "-1000", "nan", "inf", "many"}) {
    const auto figures = ParseSysbench(report(rate, "1000"));
    ASSERT_FALSE(figures) << rate;
    EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer);
  }
  EXPECT_FALSE(ParseSysbench(report("0", "0")));
}

TEST(ToolSysbench, RunsTheRealOne) {
  const TempDir folder;
  auto context = QuickContext(1, folder.path());
  const auto outcome = RunQuickly("tool_sysbench", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_TRUE(context.report.labels.contains("tool_version"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ToolSysbench, FailsWithItsOwnWords) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("sysbench", "echo 'sysbench 1.2.3'; echo 'FATAL: no CPU today'; exit 1");
  auto context = QuickContext(1, folder.path());
  const auto outcome = RunQuickly("tool_sysbench", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message, "sysbench ended with exit code 1: FATAL: no CPU today");
}

TEST(ToolSysbench, FailsOnNonsense) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("sysbench", "echo 'events per second: lots'; echo 'odd options' >&2");
  auto context = QuickContext(1, folder.path());
  const auto outcome = RunQuickly("tool_sysbench", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(outcome.status.error().message.find("odd options"), std::string::npos);
}

TEST(ToolSysbench, IsUnsupportedWhereItIsMissing) {
  const FakeTools tools;
  tools.HideOthers();
  auto context = QuickContext(1);
  const auto available = Registry().at("tool_sysbench").make()->Available(context);
  ASSERT_FALSE(available);
  EXPECT_EQ(available.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(available.error().message, "sysbench is not installed");
}

}  // namespace
}  // namespace hypergauge::probes
