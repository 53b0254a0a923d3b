#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(Null, CountsItsRoundsAndTakesSomeTime) {
  auto context = QuickContext(1000);
  const auto outcome = RunQuickly("null", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.answer, "counted 1000 rounds");
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
}

TEST(Null, StandsInNoSuite) {
  EXPECT_TRUE(Registry().at("null").descriptor.work.empty());
}

}  // namespace
}  // namespace hypergauge::probes
