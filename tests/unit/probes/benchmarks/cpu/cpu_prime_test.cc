#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(CpuPrime, CountsEventsWithTheRightPrimes) {
  auto context = QuickContext(1);
  const auto outcome = RunQuickly("cpu_prime", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_EQ(context.report.answer, "1228 primes from 3 to 9999 in every event");
}

TEST(CpuPrime, StopsInsideASample) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(3'600'000);
  context.stop = &stop;
  const auto sampled = SampleOnce("cpu_prime", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
