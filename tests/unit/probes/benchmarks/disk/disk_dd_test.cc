#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/disk/file_size_limit.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = 200'000;

TEST(DiskDd, MeasuresCachedAndDurableApart) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_dd", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 4U);
  for (size_t shape = 0; shape < 2; ++shape) {
    const double durable = outcome.figures[shape].summary.median;
    EXPECT_GT(durable, 0);
    EXPECT_LT(durable, outcome.figures[shape + 2].summary.median);
  }
  EXPECT_EQ(context.report.bytes_written, static_cast<uint64_t>(2 * kSize));
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskDd, RanksOnlyWhatIsDurable) {
  for (const auto& quantity : Registry().at("disk_dd").descriptor.quantities) {
    EXPECT_EQ(quantity.unranked, quantity.family == "disk_dd_cached_bytes_per_second");
  }
}

TEST(DiskDd, IsSeenOnADiskOfItsOwn) {
  const SmallDisk disk(16);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(kSize, disk.path());
  const auto outcome = RunQuickly("disk_dd", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_FALSE(context.report.cached) << context.report.answer;
}

TEST(DiskDd, LeavesNothingWhenTheDiskTakesNoMore) {
  const DiskFolder folder;
  const FileSizeLimit limit(50'000);
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_dd", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find(folder.path().string()), std::string::npos);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskDd, NeverGoesOverItsCeiling) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  context.max_bytes_written = 5 * kSize;
  const Plan plan{.warmups = 0, .min_samples = 3, .max_samples = 3};
  const auto outcome = RunBenchmark(Registry().at("disk_dd"), context, plan);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(outcome.figures.front().samples.size(), 2U);
  EXPECT_LE(context.report.bytes_written, context.max_bytes_written);
  EXPECT_TRUE(folder.IsEmpty());
}

}  // namespace
}  // namespace hypergauge::probes
