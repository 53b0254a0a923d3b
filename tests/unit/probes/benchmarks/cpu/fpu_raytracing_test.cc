#include <gtest/gtest.h>

#include "probes/benchmarks/cpu/fbench.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(Fbench, GivesItsSevenAnswers) {
  const auto answers = RunFbench(2);
  EXPECT_TRUE(CheckFbench(answers));
  EXPECT_NEAR(answers[0], 47.09479120920, 5e-12);
  EXPECT_NEAR(answers[6], 0.00448229032, 5e-12);
}

TEST(Fbench, FailsWithOneAnswerWrongInTheEleventhDecimal) {
  const auto answers = RunFbench(1);
  for (size_t i = 0; i < answers.size(); ++i) {
    auto wrong = answers;
    wrong[i] += 2e-11;
    const auto checked = CheckFbench(wrong);
    ASSERT_FALSE(checked) << i;
    EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(FpuRaytracing, TimesABatch) {
  auto context = QuickContext(1);
  const auto outcome = RunQuickly("fpu_raytracing", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 1e-5);  // 48,000 surfaces take longer
}

}  // namespace
}  // namespace hypergauge::probes
