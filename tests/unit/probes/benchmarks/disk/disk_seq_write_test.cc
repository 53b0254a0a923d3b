#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/disk/file_size_limit.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = 2 << 20;

TEST(DiskSeqWrite, MeasuresBothWaysAndLeavesNothing) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_seq_write", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_GE(context.report.bytes_written, static_cast<uint64_t>(3 * kSize));
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskSeqWrite, LeavesNothingWhenStopped) {
  const DiskFolder folder;
  const std::atomic<bool> stop = true;
  auto context = QuickContext(kSize, folder.path());
  context.stop = &stop;
  const auto outcome = RunQuickly("disk_seq_write", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskSeqWrite, LeavesNothingWhenTheDiskTakesNoMore) {
  const DiskFolder folder;
  const FileSizeLimit limit(kSize / 2);
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_seq_write", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find(folder.path().string()), std::string::npos);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskSeqWrite, IsUnsupportedInMemory) {
  auto context = QuickContext(kSize, "/dev/shm");
  const auto outcome = RunQuickly("disk_seq_write", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

TEST(DiskSeqWrite, NamesAFolderThatIsMissing) {
  auto context = QuickContext(kSize, "/no/such/folder");
  const auto outcome = RunQuickly("disk_seq_write", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
