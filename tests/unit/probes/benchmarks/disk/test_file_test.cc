#include "probes/benchmarks/disk/test_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/probes/benchmarks/disk/file_size_limit.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kSize = 3 << 20;
constexpr TestFileId kId{.size = kSize, .seed = 9};

TEST(Block, IsRightWhereItBelongs) {
  AlignedBuffer block(kBlockBytes);
  FillBlock(block.bytes(), 8192, kId);
  EXPECT_TRUE(CheckBlock(block.bytes(), 8192, kId));
}

TEST(Block, IsFoundDamagedWhicheverByteChanges) {
  AlignedBuffer block(kBlockBytes);
  FillBlock(block.bytes(), 8192, kId);
  for (auto& byte : block.bytes()) {
    byte ^= std::byte{1};
    // Format and generation are not checked by themselves, but the CRC covers them.
    EXPECT_FALSE(CheckBlock(block.bytes(), 8192, kId));
    byte ^= std::byte{1};
  }
}

TEST(Block, IsWrongAtAnotherPlaceOrInAnotherFile) {
  AlignedBuffer block(kBlockBytes);
  FillBlock(block.bytes(), 8192, kId);
  const auto elsewhere = CheckBlock(block.bytes(), 4096, kId);
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(elsewhere.error().message.find("the block at 4096 is another one"), std::string::npos);
  EXPECT_FALSE(CheckBlock(block.bytes(), 8192, {.size = kSize, .seed = 10}));
  EXPECT_FALSE(CheckBlock(block.bytes(), 8192, {.size = 2 * kSize, .seed = 9}));
}

TEST(Block, OfZerosIsNeverRight) {
  AlignedBuffer block(kBlockBytes);
  EXPECT_FALSE(CheckBlock(block.bytes(), 0, {.size = 0, .seed = 0}));
}

TEST(Block, IsWrongInAnotherGenerationThanExpected) {
  AlignedBuffer block(kBlockBytes);
  FillBlock(block.bytes(), 8192, kId);
  EXPECT_TRUE(CheckBlock(block.bytes(), 8192, kId, 0));
  StampBlock(block.bytes(), 8192, kId, 3);
  EXPECT_TRUE(CheckBlock(block.bytes(), 8192, kId, 3));
  EXPECT_TRUE(CheckBlock(block.bytes(), 8192, kId));
  const auto stale = CheckBlock(block.bytes(), 8192, kId, 4);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(stale.error().message, "the block at 8192 is an older one: generation 3 instead of 4");
}

class TestFiles : public ::testing::Test {
 protected:
  Result<TestFile> Open(uint64_t size = kSize) {
    context_.report.bytes_written = 0;
    context_.size = static_cast<int64_t>(size);
    return OpenTestFile(context_);
  }

  DiskFolder folder_;
  std::filesystem::path path_ = folder_.path() / kTestFileName;
  Context context_ = QuickContext(kSize, folder_.path());
};

TEST_F(TestFiles, HoldAWrittenBlockEverywhere) {
  const auto file = Open();
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(context_.report.bytes_written, kSize);
  EXPECT_EQ(file->id.seed, context_.seed);
  AlignedBuffer block(kBlockBytes);
  for (uint64_t offset = 0; offset < kSize; offset += kBlockBytes) {
    ASSERT_TRUE(file->file.ReadAt(offset, block.bytes()));
    ASSERT_TRUE(CheckBlock(block.bytes(), offset, file->id)) << offset;
  }
}

TEST_F(TestFiles, AreUsedAgainWithTheSeedTheyWereWrittenWith) {
  context_.seed = 5;
  ASSERT_TRUE(Open());
  context_.seed = 6;
  const auto again = Open();
  ASSERT_TRUE(again);
  EXPECT_EQ(context_.report.bytes_written, 0U);
  EXPECT_EQ(again->id.seed, 5U);
}

TEST_F(TestFiles, AreNotWrittenAboveTheirCeiling) {
  context_.max_bytes_in_all = kSize - 1;
  const auto refused = Open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(context_.report.bytes_written, 0U);
  context_.max_bytes_in_all = kSize;
  ASSERT_TRUE(Open());
  context_.max_bytes_in_all = 0;  // it is there
  EXPECT_TRUE(Open());
}

TEST_F(TestFiles, AreAnnouncedBeforeTheyAreWritten) {
  std::vector<uint64_t> announced;
  context_.on_keep = [&](uint64_t bytes) {
    announced.push_back(bytes);
    EXPECT_EQ(context_.report.bytes_written, 0U);
  };
  ASSERT_TRUE(Open());
  ASSERT_TRUE(Open());  // it is there
  EXPECT_EQ(announced, std::vector<uint64_t>{kSize});
}

TEST_F(TestFiles, OfAnotherSizeAreWrittenAnew) {
  ASSERT_TRUE(Open());
  ASSERT_TRUE(Open(kSize / 2));
  EXPECT_EQ(context_.report.bytes_written, kSize / 2);
  EXPECT_EQ(std::filesystem::file_size(path_), kSize / 2);
}

TEST_F(TestFiles, ThatAreUnfinishedAreWrittenAnew) {
  std::ofstream(path_).close();
  std::filesystem::resize_file(path_, kSize);
  ASSERT_TRUE(Open());
  EXPECT_EQ(context_.report.bytes_written, kSize);
}

TEST_F(TestFiles, ThatWereBeingChangedAreWrittenAnew) {
  {
    const auto file = Open();
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->BeginChanges());
  }
  ASSERT_TRUE(Open());
  EXPECT_EQ(context_.report.bytes_written, kSize);
}

TEST_F(TestFiles, ThatWereChangedToTheEndAreUsedAgain) {
  {
    const auto file = Open();
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->BeginChanges());
    ASSERT_TRUE(file->EndChanges());
  }
  ASSERT_TRUE(Open());
  EXPECT_EQ(context_.report.bytes_written, 0U);
}

TEST_F(TestFiles, BelongToOneRunAtATime) {
  const auto first = Open();
  ASSERT_TRUE(first);
  const auto second = Open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(second.error().message, path_.string() + " is in use by another run");
}

TEST_F(TestFiles, AreRemovedWhenTheWritingIsStopped) {
  const std::atomic<bool> stop = true;
  context_.stop = &stop;
  const auto file = Open();
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(folder_.IsEmpty());
}

TEST_F(TestFiles, AreRemovedWhenTheDiskTakesNoMore) {
  const FileSizeLimit limit(kSize / 2);
  const auto file = Open();
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().message.find(path_.string()), std::string::npos);
  EXPECT_TRUE(folder_.IsEmpty());
}

TEST_F(TestFiles, AreNeverReachedThroughALink) {
  const auto victim = folder_.path() / "victim";
  std::ofstream(victim) << "precious";
  std::filesystem::create_symlink(victim, path_);
  EXPECT_FALSE(Open());
  EXPECT_EQ(std::filesystem::file_size(victim), 8U);
}

}  // namespace
}  // namespace hypergauge::probes
