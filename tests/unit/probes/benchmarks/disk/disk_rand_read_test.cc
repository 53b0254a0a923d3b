#include <gtest/gtest.h>

#include <fstream>

#include "probes/benchmarks/disk/test_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = 1 << 20;

TEST(DiskRandRead, MeasuresAndKeepsItsFileForTheNextCycle) {
  const DiskFolder folder;
  auto first = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_rand_read", first);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 8U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_EQ(first.report.bytes_written, static_cast<uint64_t>(kSize));
  EXPECT_TRUE(first.report.labels.contains("engine"));

  auto second = QuickContext(kSize, folder.path());
  EXPECT_TRUE(RunQuickly("disk_rand_read", second).status);
  EXPECT_EQ(second.report.bytes_written, 0U);
}

TEST(DiskRandRead, ReportsADamagedBlockAsAWrongAnswer) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  ASSERT_TRUE(RunQuickly("disk_rand_read", context).status);
  {
    // Every block but the first, by which the file is recognised.
    std::fstream file(folder.path() / kTestFileName, std::ios::in | std::ios::out);
    for (int64_t at = kBlockBytes; at < kSize; at += kBlockBytes) {
      file.seekp(at + 1000);
      file.write("\0damaged", 8);
    }
  }
  const auto outcome = RunQuickly("disk_rand_read", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(outcome.status.error().message.find("CRC-32C"), std::string::npos);
}

TEST(DiskRandRead, IsUnsupportedInMemory) {
  auto context = QuickContext(kSize, "/dev/shm");
  const auto outcome = RunQuickly("disk_rand_read", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

TEST(DiskRandRead, IsUnsupportedWithoutRoomForItsFile) {
  const SmallDisk disk(8);
  if (!disk.is_mounted()) GTEST_SKIP() << "cannot mount here";
  auto context = QuickContext(int64_t{16} << 20, disk.path());
  const auto outcome = RunQuickly("disk_rand_read", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(outcome.status.error().message.find("16 MiB are needed"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
