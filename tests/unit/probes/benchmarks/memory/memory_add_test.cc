#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(MemoryAdd, ChecksEveryElement) {
  auto context = QuickContext(2);
  context.options["array_mib"] = "3";
  const auto outcome = RunQuickly("memory_add", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_EQ(context.report.threads, 1);
  EXPECT_NE(context.report.answer.find("every element of 3 MiB is 3.750000 after "),
            std::string::npos)
      << context.report.answer;
}

TEST(MemoryAdd, UsesTheThreadsItIsGivenInTheStandardSuite) {
  auto context = QuickContext(2);
  context.options["array_mib"] = "3";
  context.suite = Suite::kStandard;
  context.threads = 3;
  const auto outcome = RunQuickly("memory_add", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.threads, 3);
}

TEST(MemoryAdd, StopsInsideASample) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(1'000'000'000);
  context.options["array_mib"] = "3";
  context.stop = &stop;
  const auto sampled = SampleOnce("memory_add", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
