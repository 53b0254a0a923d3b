#include <gtest/gtest.h>

#include "probes/benchmarks/cpu/fibonacci.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(Fibonacci, GivesTheFirstNumbers) {
  const uint64_t expected[] = {1, 1, 2, 3, 5, 8, 13, 21, 34, 55};
  for (int n = 1; n <= 10; ++n) EXPECT_EQ(RecursiveFibonacci(n), expected[n - 1]);
}

TEST(Fibonacci, KnowsTheAnswersOfTheSuites) {
  EXPECT_TRUE(CheckFibonacci(38, 39088169));
  EXPECT_TRUE(CheckFibonacci(42, 267914296));
  const auto wrong = CheckFibonacci(42, 267914295);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "fib(42) came out as 267914295 instead of 267914296");
}

TEST(CpuFibonacci, ReportsWhatItComputed) {
  auto context = QuickContext(20);
  const auto outcome = RunQuickly("cpu_fibonacci", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.answer, "fib(20) = 6765");
}

TEST(CpuFibonacci, TakesMoreTimeForMoreCalls) {
  // fib(32) makes 843 x the calls of fib(18), far more than any noise; a loop would make 1.8 x.
  auto small = QuickContext(18);
  auto large = QuickContext(32);
  const auto of_small = RunQuickly("cpu_fibonacci", small);
  const auto of_large = RunQuickly("cpu_fibonacci", large);
  ASSERT_TRUE(of_small.status && of_large.status);
  EXPECT_GT(of_large.figures.at(0).summary.median, 10 * of_small.figures.at(0).summary.median);
}

TEST(CpuFibonacci, RefusesASizeThatDoesNotFit) {
  auto context = QuickContext(91);
  const auto outcome = RunQuickly("cpu_fibonacci", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kInvalidArgument);
}

TEST(CpuFibonacci, StopsInsideANumberThatWouldTakeYears) {
  const std::atomic<bool> stop = true;
  auto context = QuickContext(90);
  context.stop = &stop;
  const auto sampled = SampleOnce("cpu_fibonacci", context);
  ASSERT_FALSE(sampled);
  EXPECT_EQ(sampled.error().code, ErrorCode::kCancelled);
}

TEST(CpuFibonacci, GivesTheSameNumberInPartsBetweenLooksForAStop) {
  auto context = QuickContext(34);
  const auto outcome = RunQuickly("cpu_fibonacci", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.answer, "fib(34) = 5702887");
}

}  // namespace
}  // namespace hypergauge::probes
