#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(CpuPi, ChecksTheDigestOfItsDigits) {
  auto context = QuickContext(2000);
  const auto outcome = RunQuickly("cpu_pi", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_EQ(context.report.answer,
            "SHA-256 of 2000 digits of pi: "
            "08fbdbda86c38dac4cbaaad246eb79e1cc2f8c814baaca13d6c9e4218fb6a143");
}

TEST(CpuPi, KnowsTheAnswerForOtherNumbersOfDigits) {
  auto context = QuickContext(1000);
  const auto outcome = RunQuickly("cpu_pi", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_NE(context.report.answer.find(
                "823a2e34f63c5d5f30a27733976df5a1ab57feaab505f40d95d3dd3fefa425cc"),
            std::string::npos);
}

TEST(CpuPi, RefusesSizesThatTakeTooLong) {
  auto context = QuickContext(5001);
  const auto outcome = RunQuickly("cpu_pi", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace hypergauge::probes
