#include "probes/benchmarks/disk/rewritten_blocks.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

class Rewritten : public ::testing::Test {
 protected:
  void SetUp() override {
    auto file = OpenTestFile(context_);
    ASSERT_TRUE(file) << file.error().message;
    file_ = std::move(*file);
    blocks_.emplace(file_.id, 100);
  }

  void Write(uint64_t offset) {
    blocks_->Fill(block_.bytes(), offset);
    ASSERT_TRUE(file_.file.WriteAt(offset, block_.bytes()));
  }

  Result<void> Check() { return blocks_->Check(file_, 50, order_); }

  DiskFolder folder_;
  Context context_ = QuickContext(64 * kBlockBytes, folder_.path());
  TestFile file_;
  std::optional<RewrittenBlocks> blocks_;
  AlignedBuffer block_{kBlockBytes};
  std::mt19937_64 order_{1};
};

TEST_F(Rewritten, AreRightWhenAllWereWritten) {
  Write(8192);
  Write(4096);
  Write(8192);
  const auto checked = Check();
  EXPECT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(blocks_->filled(), 3U);
}

TEST_F(Rewritten, StayValidForReaders) {
  Write(8192);
  ASSERT_TRUE(file_.file.ReadAt(8192, block_.bytes()));
  EXPECT_TRUE(CheckBlock(block_.bytes(), 8192, file_.id));
}

TEST_F(Rewritten, AreWrongWhenAWriteNeverHappened) {
  blocks_->Fill(block_.bytes(), 4096);
  const auto checked = Check();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(checked.error().message,
            "the block at 4096 is an older one: generation 0 instead of 100");
}

TEST_F(Rewritten, AreWrongWhenOnlyTheFirstOfTwoWritesHappened) {
  Write(4096);
  blocks_->Fill(block_.bytes(), 4096);
  EXPECT_FALSE(Check());
}

TEST_F(Rewritten, AreWrongWhenWrittenElsewhere) {
  blocks_->Fill(block_.bytes(), 4096);
  ASSERT_TRUE(file_.file.WriteAt(8192, block_.bytes()));
  EXPECT_FALSE(Check());
}

TEST_F(Rewritten, AreWrongWhenThereAreNone) {
  EXPECT_FALSE(Check());
  Write(4096);
  EXPECT_TRUE(Check());
  EXPECT_FALSE(Check()) << "nothing was written since the last check";
}

}  // namespace
}  // namespace hypergauge::probes
