#include <gtest/gtest.h>

#include "probes/benchmarks/cpu/scaling.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::nanoseconds kSecond = std::chrono::seconds(1);

TEST(Scaling, AddsUpTheThreads) {
  const PrimeEvents one{.events = 10, .primes = 10 * kPrimesPerEvent, .elapsed = kSecond};
  const PrimeEvents two{.events = 30, .primes = 30 * kPrimesPerEvent, .elapsed = 2 * kSecond};
  EXPECT_DOUBLE_EQ(AddUp({one, two}).value(), 25);
}

TEST(Scaling, FailsWhenOneThreadDidNotDoItsWork) {
  const PrimeEvents one{.events = 10, .primes = 10 * kPrimesPerEvent, .elapsed = kSecond};
  for (const auto& wrong :
       {PrimeEvents{},
        PrimeEvents{.events = 10, .primes = 9 * kPrimesPerEvent, .elapsed = kSecond}}) {
    const auto sum = AddUp({one, wrong});
    ASSERT_FALSE(sum);
    EXPECT_EQ(sum.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(CpuScaling, ComparesAllAndHalfOfTheThreadsWithOne) {
  auto context = QuickContext(1);
  context.threads = 5;
  const auto outcome = RunQuickly("cpu_scaling", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 3U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_EQ(context.report.threads, 5);
  EXPECT_EQ(context.report.answer, "1228 primes in every event on 1 to 5 threads");
}

TEST(CpuScaling, TakesOneOfTwoForTheHalf) {
  auto context = QuickContext(1);
  context.threads = 2;
  const auto outcome = RunQuickly("cpu_scaling", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_DOUBLE_EQ(outcome.figures.at(1).summary.median, 1);
}

TEST(CpuScaling, IsUnsupportedOnOneCpu) {
  auto context = QuickContext(1);
  context.threads = 1;
  const auto outcome = RunQuickly("cpu_scaling", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::probes
