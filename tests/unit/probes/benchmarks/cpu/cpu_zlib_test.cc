#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(CpuZlib, CompressesAndRestores) {
  auto context = QuickContext(2);
  const auto outcome = RunQuickly("cpu_zlib", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_TRUE(context.report.libraries["zlib"].starts_with("1."));
  EXPECT_TRUE(context.report.answer.starts_with("64 KiB came back from "));
}

TEST(CpuZlib, StopsInsideABatch) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(int64_t{1} << 40);
  context.stop = &stop;
  const auto sampled = SampleOnce("cpu_zlib", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
