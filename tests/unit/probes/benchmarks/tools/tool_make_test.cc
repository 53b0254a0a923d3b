#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

TEST(ToolMake, BuildsAProgramThatComputesWhatItMust) {
  const TempDir folder;
  auto context = QuickContext(2, folder.path());
  context.threads = 2;
  const auto outcome = RunQuickly("tool_make", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_GT(context.report.bytes_written, 0U);
  EXPECT_TRUE(context.report.labels.contains("compiler_version"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ToolMake, FailsWhenNothingIsCompiled) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("make", "");
  auto context = QuickContext(2, folder.path());
  const auto outcome = RunQuickly("tool_make", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message, "make made no program; it said nothing");
}

TEST(ToolMake, FailsWhenTheProgramComputesSomethingElse) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("make", "printf '#!/bin/sh\\necho 42\\n' > program; chmod +x program");
  auto context = QuickContext(2, folder.path());
  const auto outcome = RunQuickly("tool_make", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(outcome.status.error().message.find("it said last: 42"), std::string::npos);
}

TEST(ToolMake, FailsWithTheCompilersWords) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("cc", "echo 'cc: out of memory' >&2; exit 1");
  auto context = QuickContext(2, folder.path());
  const auto outcome = RunQuickly("tool_make", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find("make ended with exit code 2"), std::string::npos);
}

TEST(ToolMake, NamesTheToolThatIsMissing) {
  const FakeTools tools;
  tools.Add("make", "");
  tools.HideOthers();
  auto context = QuickContext(2);
  const auto available = Registry().at("tool_make").make()->Available(context);
  ASSERT_FALSE(available);
  EXPECT_EQ(available.error().message, "cc is not installed");
}

}  // namespace
}  // namespace hypergauge::probes
