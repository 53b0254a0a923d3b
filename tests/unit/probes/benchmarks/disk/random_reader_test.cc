#include "probes/benchmarks/disk/random_reader.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "probes/benchmarks/disk/test_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kBlocks = 256;

class RandomReaders : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (GetParam() == std::string("psync")) {
      reader_ = MakePsyncReader();
    } else if (auto uring = MakeUringReader(); uring) {
      reader_ = std::move(*uring);
    } else {
      GTEST_SKIP() << uring.error().message;
    }
    auto file = OpenTestFile(context_, folder_.path() / "file", kBlocks * kBlockBytes);
    ASSERT_TRUE(file) << file.error().message;
    file_ = std::move(*file);
    job_ = {.descriptor = file_.file.descriptor(),
            .blocks = kBlocks,
            .duration = std::chrono::milliseconds(20),
            .clock = &Clock::System(),
            .stopped = [] { return false; },
            .check = [this](auto block,
                            uint64_t offset) { return CheckBlock(block, offset, file_.id); }};
  }

  DiskFolder folder_;
  Context context_ = QuickContext(0, folder_.path());
  TestFile file_;
  std::unique_ptr<RandomReader> reader_;
  ReadJob job_;
};

TEST_P(RandomReaders, ReadRightBlocksAtAnyQueueDepth) {
  for (const int depth : {1, 32}) {
    job_.queue_depth = depth;
    const auto figures = reader_->Run(job_);
    ASSERT_TRUE(figures) << figures.error().message;
    EXPECT_GE(figures->latencies.size(), 1U);
    EXPECT_GT(figures->operations_per_second, 0);
    for (const double latency : figures->latencies) EXPECT_GT(latency, 0);
  }
}

TEST_P(RandomReaders, CountWhatTheyTime) {
  const auto figures = reader_->Run(job_);
  ASSERT_TRUE(figures);
  // One at a time: the reads fill the time, but for the checks between them.
  const double busy = std::accumulate(figures->latencies.begin(), figures->latencies.end(), 0.0);
  const double whole =
      static_cast<double>(figures->latencies.size()) / figures->operations_per_second;
  EXPECT_LE(busy, whole);
  EXPECT_GE(whole, 0.02 * 0.5);
}

TEST_P(RandomReaders, EndWithTheFirstWrongBlock) {
  job_.queue_depth = 4;
  job_.check = [](auto, uint64_t) -> Result<void> {
    return Fail(ErrorCode::kWrongAnswer, "damaged");
  };
  const auto figures = reader_->Run(job_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer);
}

TEST_P(RandomReaders, ReadAllOverTheFile) {
  std::set<uint64_t> seen;
  job_.check = [&](auto, uint64_t offset) -> Result<void> {
    seen.insert(offset);
    return {};
  };
  job_.duration = std::chrono::milliseconds(50);
  ASSERT_TRUE(reader_->Run(job_));
  EXPECT_GT(seen.size(), 3U);
  EXPECT_LT(*seen.rbegin(), kBlocks * kBlockBytes);
}

TEST_P(RandomReaders, FailPastTheEndOfTheFile) {
  job_.blocks = uint64_t{1} << 30;
  const auto figures = reader_->Run(job_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kCorrupt);
}

TEST_P(RandomReaders, StopWhenAsked) {
  job_.stopped = [] { return true; };
  job_.duration = std::chrono::hours(1);
  const auto figures = reader_->Run(job_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kCancelled);
}

INSTANTIATE_TEST_SUITE_P(Engines, RandomReaders, ::testing::Values("io_uring", "psync"));

}  // namespace
}  // namespace hypergauge::probes
