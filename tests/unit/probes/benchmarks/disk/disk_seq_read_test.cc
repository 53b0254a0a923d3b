#include <gtest/gtest.h>

#include <fstream>

#include "probes/benchmarks/disk/test_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = 4 << 20;

TEST(DiskSeqRead, MeasuresTheFileOfTheRandomReads) {
  const DiskFolder folder;
  auto random = QuickContext(kSize, folder.path());
  ASSERT_TRUE(RunQuickly("disk_rand_read", random).status);
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_seq_read", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 1U);
  EXPECT_GT(outcome.figures.front().summary.median, 0);
  EXPECT_EQ(context.report.bytes_written, 0U);
}

TEST(DiskSeqRead, ReportsADamagedBlockAsAWrongAnswer) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  ASSERT_TRUE(RunQuickly("disk_seq_read", context).status);
  {
    std::fstream file(folder.path() / kTestFileName, std::ios::in | std::ios::out);
    for (int64_t at = kBlockBytes; at < kSize; at += kBlockBytes) {
      file.seekp(at + 1000);
      file.write("\0damaged", 8);
    }
  }
  const auto outcome = RunQuickly("disk_seq_read", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(outcome.status.error().message.find("CRC-32C is wrong"), std::string::npos);
}

TEST(DiskSeqRead, ReportsABlockOfAnotherPlaceAsAWrongAnswer) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  ASSERT_TRUE(RunQuickly("disk_seq_read", context).status);
  {
    std::fstream file(folder.path() / kTestFileName, std::ios::in | std::ios::out);
    std::string block(kBlockBytes, '\0');
    file.seekg(2 * kBlockBytes);
    file.read(block.data(), kBlockBytes);
    file.seekp(kBlockBytes);
    file.write(block.data(), kBlockBytes);
  }
  const auto outcome = RunQuickly("disk_seq_read", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find("the block at 4096 is another one"),
            std::string::npos);
}

TEST(DiskSeqRead, NeedsAChunk) {
  const DiskFolder folder;
  auto context = QuickContext(4096, folder.path());
  const auto outcome = RunQuickly("disk_seq_read", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "a file of 4096 bytes is too small, it takes at least 1048576");
}

}  // namespace
}  // namespace hypergauge::probes
