#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kMebibyte = int64_t{1} << 20;

TEST(MemoryLatency, MeasuresBothSizesOfPages) {
  auto context = QuickContext(4 * kMebibyte);
  const auto outcome = RunQuickly("memory_latency", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_TRUE(context.report.labels.contains("huge_pages"));
  EXPECT_TRUE(context.report.answer.starts_with("both rings of 65536 cache lines closed"));
}

TEST(MemoryLatency, IsUnsupportedWhereItWouldTakeMostOfTheMemory) {
  auto context = QuickContext(int64_t{256} << 30);
  const auto outcome = RunQuickly("memory_latency", context);
  ASSERT_FALSE(outcome.status) << "512 GiB are half of this machine";
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(
      outcome.status.error().message.starts_with("twice 262144 MiB would be more than half"))
      << outcome.status.error().message;
}

TEST(MemoryLatency, RefusesASizeThatIsNotWholeMebibytes) {
  auto context = QuickContext(kMebibyte + 64);
  const auto outcome = RunQuickly("memory_latency", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace hypergauge::probes
