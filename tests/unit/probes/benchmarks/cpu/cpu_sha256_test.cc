#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(CpuSha256, CountsTheBytesOfRightDigests) {
  auto context = QuickContext(2);
  const auto outcome = RunQuickly("cpu_sha256", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_NE(context.report.libraries["openssl"], "");
  EXPECT_TRUE(context.report.labels.contains("sha_instructions"));
  EXPECT_NE(context.report.answer.find("every block's digest"), std::string::npos);
}

TEST(CpuSha256, StopsInsideABatch) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(int64_t{1} << 40);
  context.stop = &stop;
  const auto sampled = SampleOnce("cpu_sha256", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
