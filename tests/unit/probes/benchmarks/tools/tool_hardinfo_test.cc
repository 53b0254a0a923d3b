#include <gtest/gtest.h>

#include "probes/benchmarks/tools/hardinfo.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

TEST(Hardinfo, ReadsARealResult) {
  const auto figures = ParseHardinfo(TestData("hardinfo.txt"));
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_DOUBLE_EQ(figures->seconds, 8.083761);
  EXPECT_EQ(figures->threads, 2);
}

TEST(Hardinfo, RefusesWhatIsNoResult) {
  for (const char* text :
       {"", "\n", "=", "cpu=", "cpu=1.5", "cpu=1.5; 1.5", "cpu=1.5; 1.5; 2", "cpu=1.5, 1.5, 2|",
        "cpu=x; 1.5; 2|", "cpu=0; 1.5; 2|", "cpu=-1; 1.5; 2|", "cpu=1.5; 1.5; 0|", "nonsense"}) {
    const auto figures = ParseHardinfo(text);
    ASSERT_FALSE(figures) << text;
    EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer) << text;
  }
}

TEST(ToolHardinfo, RunsTheRealOne) {
  const TempDir folder;
  auto context = QuickContext(1, folder.path());
  const auto outcome = RunQuickly("tool_hardinfo", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ToolHardinfo, FailsWithItsOwnWords) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("hardinfo", "echo 'cpu=soon'; echo 'Unknown benchmark' >&2");
  auto context = QuickContext(1, folder.path());
  const auto outcome = RunQuickly("tool_hardinfo", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "hardinfo printed no result; it said last: Unknown benchmark");
}

}  // namespace
}  // namespace hypergauge::probes
