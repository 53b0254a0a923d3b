#include "probes/benchmarks/disk/random_io.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <set>

#include "probes/benchmarks/disk/test_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kBlocks = 256;

class RandomEngines : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    context_.options[kEngineOption] = GetParam();
    auto engine = MakeRandomIo(context_);
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = std::move(*engine);
    auto file = OpenTestFile(context_);
    ASSERT_TRUE(file) << file.error().message;
    file_ = std::move(*file);
    job_ = {.descriptor = file_.file.descriptor(),
            .blocks = kBlocks,
            .duration = std::chrono::milliseconds(20),
            .check = [this](auto block, uint64_t offset) {
              return CheckBlock(block, offset, file_.id);
            }};
  }

  DiskFolder folder_;
  Context context_ = QuickContext(kBlocks * kBlockBytes, folder_.path());
  TestFile file_;
  std::unique_ptr<RandomIo> engine_;
  IoJob job_;
};

TEST_P(RandomEngines, AreWhatWasAskedForAndSaySo) {
  EXPECT_EQ(engine_->name(), GetParam());
  EXPECT_EQ(context_.report.labels["engine"], GetParam());
}

TEST_P(RandomEngines, WriteWhatTheyAreGivenWhereItBelongs) {
  for (const int depth : {1, 32}) {
    std::mutex mutex;
    std::set<uint64_t> written;
    job_.queue_depth = depth;
    job_.check = nullptr;
    job_.fill = [&](auto block, uint64_t offset) {
      FillBlock(block, offset, file_.id);
      StampBlock(block, offset, file_.id, 7);
      const std::scoped_lock lock(mutex);
      written.insert(offset);
    };
    const auto figures = engine_->Run(context_, job_);
    ASSERT_TRUE(figures) << figures.error().message;
    EXPECT_GE(figures->latencies.size(), 1U);
    AlignedBuffer block(kBlockBytes);
    for (const uint64_t offset : written) {
      ASSERT_TRUE(file_.file.ReadAt(offset, block.bytes()));
      const auto checked = CheckBlock(block.bytes(), offset, file_.id, 7);
      ASSERT_TRUE(checked) << checked.error().message;
    }
  }
}

TEST_P(RandomEngines, DoNoMoreOperationsThanTheyMay) {
  for (const int depth : {1, 4, 32}) {
    std::atomic<uint64_t> filled = 0;
    job_.queue_depth = depth;
    job_.duration = std::chrono::hours(1);
    job_.max_operations = 17;
    job_.check = nullptr;
    job_.fill = [&](auto block, uint64_t offset) {
      FillBlock(block, offset, file_.id);
      ++filled;
    };
    const auto figures = engine_->Run(context_, job_);
    ASSERT_TRUE(figures) << figures.error().message;
    EXPECT_EQ(filled, 17U);
    EXPECT_GE(figures->latencies.size(), 1U);
    EXPECT_LE(figures->latencies.size(), 17U);
  }
}

TEST_P(RandomEngines, StayInsideTheirBlocks) {
  std::mutex mutex;
  std::set<uint64_t> seen;
  job_.first_block = 3;
  job_.blocks = 8;
  job_.queue_depth = 4;
  job_.check = [&](auto, uint64_t offset) -> Result<void> {
    const std::scoped_lock lock(mutex);
    seen.insert(offset);
    return {};
  };
  ASSERT_TRUE(engine_->Run(context_, job_));
  EXPECT_GE(*seen.begin(), 3 * kBlockBytes);
  EXPECT_LT(*seen.rbegin(), 11 * kBlockBytes);
}

TEST_P(RandomEngines, NeverHaveTwoOperationsAtOneBlock) {
  // Two at once would leave a block that is neither.
  std::vector<std::atomic<uint64_t>> last(kBlocks);
  std::atomic<uint64_t> generation = 1;
  job_.queue_depth = 32;
  job_.blocks = 64;
  job_.check = nullptr;
  job_.fill = [&](auto block, uint64_t offset) {
    FillBlock(block, offset, file_.id);
    last[offset / kBlockBytes] = generation++;
    StampBlock(block, offset, file_.id, last[offset / kBlockBytes]);
  };
  ASSERT_TRUE(engine_->Run(context_, job_));
  AlignedBuffer block(kBlockBytes);
  for (uint64_t i = 0; i < kBlocks; ++i) {
    ASSERT_TRUE(file_.file.ReadAt(i * kBlockBytes, block.bytes()));
    EXPECT_TRUE(CheckBlock(block.bytes(), i * kBlockBytes, file_.id, last[i])) << i;
  }
}

TEST_P(RandomEngines, NameTheErrorAndThePlaceOfAWriteThatFails) {
  const auto read_only = DiskFile::Open(folder_.path() / kTestFileName, O_RDONLY | O_DIRECT);
  ASSERT_TRUE(read_only);
  job_.descriptor = read_only->descriptor();
  job_.blocks = 1;
  job_.check = nullptr;
  job_.fill = [](auto, uint64_t) {};
  const auto figures = engine_->Run(context_, job_);
  ASSERT_FALSE(figures);
  EXPECT_NE(figures.error().message.find("Bad file descriptor"), std::string::npos)
      << figures.error().message;
}

TEST_P(RandomEngines, ReadRightBlocksAtAnyQueueDepth) {
  for (const int depth : {1, 32}) {
    job_.queue_depth = depth;
    const auto figures = engine_->Run(context_, job_);
    ASSERT_TRUE(figures) << figures.error().message;
    EXPECT_GE(figures->latencies.size(), 1U);
    EXPECT_GT(figures->operations_per_second, 0);
    for (const double latency : figures->latencies) EXPECT_GT(latency, 0);
  }
}

TEST_P(RandomEngines, CountWhatTheyTime) {
  const auto figures = engine_->Run(context_, job_);
  ASSERT_TRUE(figures);
  // One at a time: the reads fill the time, but for the checks between them.
  const double busy = std::accumulate(figures->latencies.begin(), figures->latencies.end(), 0.0);
  const double whole =
      static_cast<double>(figures->latencies.size()) / figures->operations_per_second;
  EXPECT_LE(busy, whole);
  EXPECT_GE(whole, 0.02 * 0.5);
}

TEST_P(RandomEngines, EndWithTheFirstWrongBlock) {
  job_.queue_depth = 4;
  job_.check = [](auto, uint64_t) -> Result<void> {
    return Fail(ErrorCode::kWrongAnswer, "damaged");
  };
  const auto figures = engine_->Run(context_, job_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer);
}

TEST_P(RandomEngines, ReadAllOverTheFile) {
  std::set<uint64_t> seen;
  job_.check = [&](auto, uint64_t offset) -> Result<void> {
    seen.insert(offset);
    return {};
  };
  job_.duration = std::chrono::milliseconds(50);
  ASSERT_TRUE(engine_->Run(context_, job_));
  EXPECT_GT(seen.size(), 3U);
  EXPECT_LT(*seen.rbegin(), kBlocks * kBlockBytes);
}

TEST_P(RandomEngines, FailPastTheEndOfTheFile) {
  job_.blocks = uint64_t{1} << 30;
  const auto figures = engine_->Run(context_, job_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kCorrupt);
}

TEST_P(RandomEngines, StopWhenAsked) {
  const std::atomic<bool> stop = true;
  context_.stop = &stop;
  job_.duration = std::chrono::hours(1);
  const auto figures = engine_->Run(context_, job_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kCancelled);
}

// A second later each time that it is read.
class TickingClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return std::chrono::seconds(++ticks_);
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return {}; }

 private:
  mutable std::atomic<int> ticks_ = 0;
};

TEST_P(RandomEngines, TimeFromTheFirstBeginToTheLastCompletionAlone) {
  const TickingClock clock;
  context_.clock = &clock;
  job_.duration = std::chrono::hours(1);
  job_.max_operations = 1;
  const auto figures = engine_->Run(context_, job_);
  ASSERT_TRUE(figures) << figures.error().message;
  ASSERT_EQ(figures->latencies.size(), 1U);
  EXPECT_EQ(figures->latencies.front(), 1);
  EXPECT_EQ(figures->operations_per_second, 0.5) << "the clock was read once before it began";
}

INSTANTIATE_TEST_SUITE_P(All, RandomEngines, ::testing::Values("io_uring", "libaio", "psync"));

TEST(RandomEngine, OfAnUnknownNameIsRefused) {
  Context context;
  context.options[kEngineOption] = "sync";
  const auto engine = MakeRandomIo(context);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine.error().message, "engine=sync: the engines are io_uring, libaio and psync");
}

}  // namespace
}  // namespace hypergauge::probes
