#include "probes/benchmarks/disk/write_budget.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(WriteBudget, CountsUpToTheCeilingAndNotBeyond) {
  Context context;
  context.max_bytes_written = 100;
  EXPECT_TRUE(CountWrite(context, 60));
  const auto over = CountWrite(context, 41);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::kCeilingReached);
  EXPECT_EQ(over.error().message, "writing another 41 bytes would go over the ceiling of 100");
  EXPECT_EQ(context.report.bytes_written, 60U);
  EXPECT_TRUE(CountWrite(context, 40));
}

TEST(WriteBudget, DoesNotCountKeptFiles) {
  Context context;
  context.max_bytes_written = 100;
  context.report.bytes_written = 1000;
  context.report.bytes_kept = 1000;
  EXPECT_TRUE(CheckCeiling(context, 100));
  EXPECT_TRUE(CountWrite(context, 100));
  EXPECT_EQ(CheckCeiling(context, 1).error().code, ErrorCode::kUnsupported);
}

uint64_t Samples(Context& context, uint64_t bytes_each) {
  SampleCount count;
  uint64_t samples = 0;
  for (; samples < 1000 && count.Next(context); ++samples) {
    context.report.bytes_written += bytes_each;
  }
  return samples;
}

TEST(SampleCount, IsTheLeastInTheLightSuite) {
  Context context;
  EXPECT_EQ(Samples(context, 0), kLeastSamples);
}

TEST(SampleCount, EndsInTheStandardSuiteWhenEnoughIsWritten) {
  Context context;
  context.suite = Suite::kStandard;
  EXPECT_EQ(Samples(context, SampleCount::kEnoughBytes / 8), 8U);
  EXPECT_EQ(Samples(context, SampleCount::kEnoughBytes), kLeastSamples);
}

TEST(SampleCount, HasNoEndInThePilot) {
  Context context;
  context.suite = Suite::kPilot;
  EXPECT_EQ(Samples(context, SampleCount::kEnoughBytes), 1000U);
}

}  // namespace
}  // namespace hypergauge::probes
