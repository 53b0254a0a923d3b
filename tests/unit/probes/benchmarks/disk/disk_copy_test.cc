#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/disk/file_size_limit.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = 3'000'001;  // no multiple of anything

TEST(DiskCopy, MeasuresCachedAndDurableApart) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_copy", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  EXPECT_GT(outcome.figures[0].summary.median, 0);
  EXPECT_LT(outcome.figures[0].summary.median, outcome.figures[1].summary.median);
  EXPECT_EQ(context.report.bytes_written, static_cast<uint64_t>(2 * kSize));
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskCopy, IsSeenOnADiskOfItsOwn) {
  const SmallDisk disk(16);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(kSize, disk.path());
  const auto outcome = RunQuickly("disk_copy", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_FALSE(context.report.cached) << context.report.answer;
}

TEST(DiskCopy, RanksOnlyWhatIsDurable) {
  for (const auto& quantity : Registry().at("disk_copy").descriptor.quantities) {
    EXPECT_EQ(quantity.unranked, quantity.family == "disk_copy_cached_bytes_per_second");
  }
}

TEST(DiskCopy, LeavesNothingWhenTheDiskTakesNoMore) {
  const DiskFolder folder;
  const FileSizeLimit limit(kSize / 2);
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_copy", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find(folder.path().string()), std::string::npos);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskCopy, IsUnsupportedWithoutRoomForTwo) {
  const SmallDisk disk(8);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(6 << 20, disk.path());
  const auto outcome = RunQuickly("disk_copy", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(outcome.status.error().message.find("12 MiB are needed"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
