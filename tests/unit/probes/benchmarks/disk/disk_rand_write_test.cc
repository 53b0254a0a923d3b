#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "probes/benchmarks/disk/test_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = 1 << 20;

TEST(DiskRandWrite, CountsWhatItWritesAndLeavesAFileForReaders) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("disk_rand_write", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 8U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_EQ(context.report.bytes_kept, static_cast<uint64_t>(kSize));
  const uint64_t written = context.report.bytes_written - context.report.bytes_kept;
  EXPECT_GT(written, 2 * kBlockBytes);
  EXPECT_LE(written, (uint64_t{4} << 20) + 2 * kBlockBytes);
  EXPECT_EQ(written % kBlockBytes, 0U);

  auto reader = QuickContext(kSize, folder.path());
  const auto read = RunQuickly("disk_rand_read", reader);
  EXPECT_TRUE(read.status) << read.status.error().message;
  EXPECT_EQ(reader.report.bytes_written, 0U);
}

TEST(DiskRandWrite, NeverGoesOverItsCeiling) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  context.max_bytes_written = (uint64_t{4} << 20) + 2 * kBlockBytes;
  const Plan plan{.warmups = 0, .min_samples = 3, .max_samples = 3};
  const auto outcome = RunBenchmark(Registry().at("disk_rand_write"), context, plan);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_LE(context.report.bytes_written - context.report.bytes_kept, context.max_bytes_written);
  EXPECT_LT(outcome.figures.front().samples.size(), 3U);
}

TEST(DiskRandWrite, NeverGoesOverTheCeilingOfItsSamplesAndItsFileTogether) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  context.max_bytes_in_all = kSize + (uint64_t{4} << 20) + kBlockBytes;
  const auto refused = RunQuickly("disk_rand_write", context);
  ASSERT_FALSE(refused.status);
  EXPECT_EQ(refused.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(refused.status.error().message,
            "the file of 1048576 bytes has to be written first and 4202496 bytes after it, and "
            "5246976 may be written");
  EXPECT_EQ(context.report.bytes_written, 0U);
  EXPECT_TRUE(folder.IsEmpty());

  context.max_bytes_in_all += kBlockBytes;
  const Plan plan{.warmups = 0, .min_samples = 3, .max_samples = 3};
  const auto outcome = RunBenchmark(Registry().at("disk_rand_write"), context, plan);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_LE(context.report.bytes_written, context.max_bytes_in_all);
  EXPECT_GT(context.report.bytes_written, static_cast<uint64_t>(kSize));
  EXPECT_LT(outcome.figures.front().samples.size(), 3U);
}

TEST(DiskRandWrite, IsUnsupportedBelowTheCeilingOfASample) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  context.max_bytes_written = 1 << 20;
  const auto outcome = RunQuickly("disk_rand_write", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(outcome.status.error().message,
            "a sample writes 4194304 bytes, the ceiling leaves 1048576");
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskRandWrite, StoppedInTheMiddleLeavesAWholeFile) {
  const DiskFolder folder;
  std::atomic<bool> stop = false;
  auto context = QuickContext(kSize, folder.path());
  context.stop = &stop;
  {
    const auto benchmark = Registry().at("disk_rand_write").make();
    ASSERT_TRUE(benchmark->Prepare(context));
    ASSERT_TRUE(benchmark->Sample(context));
    stop = true;
    const auto stopped = benchmark->Sample(context);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  }
  auto reader = QuickContext(kSize, folder.path());
  EXPECT_TRUE(RunQuickly("disk_rand_read", reader).status);
  EXPECT_EQ(reader.report.bytes_written, 0U);
}

// Undoes all writes whenever the time is read, which is after each of them.
class Undoing final : public Clock {
 public:
  explicit Undoing(const std::filesystem::path& file) : file_(open(file.c_str(), O_RDWR)) {}
  ~Undoing() override { close(file_); }
  Undoing(const Undoing&) = delete;
  Undoing& operator=(const Undoing&) = delete;

  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    fallocate(file_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, kBlockBytes, kSize - kBlockBytes);
    return System().MonotonicRaw();
  }
  [[nodiscard]] std::chrono::nanoseconds Monotonic() const override { return System().Monotonic(); }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return System().Realtime(); }

 private:
  int file_;
};

TEST(DiskRandWrite, LeavesNoFileThatPassesForWholeAfterAWrongAnswer) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  {
    const auto benchmark = Registry().at("disk_rand_write").make();
    ASSERT_TRUE(benchmark->Prepare(context));
    const Undoing clock(folder.path() / kTestFileName);
    context.clock = &clock;
    const auto sampled = benchmark->Sample(context);
    ASSERT_FALSE(sampled);
    EXPECT_EQ(sampled.error().code, ErrorCode::kWrongAnswer) << sampled.error().message;
  }
  auto reader = QuickContext(kSize, folder.path());
  const auto read = RunQuickly("disk_rand_read", reader);
  EXPECT_TRUE(read.status) << read.status.error().message;
  EXPECT_EQ(reader.report.bytes_written, static_cast<uint64_t>(kSize)) << "it is written anew";
}

TEST(DiskRandWrite, NeedsAFileAsLongAsItsQueueIsDeep) {
  const DiskFolder folder;
  auto context = QuickContext(32 * kBlockBytes, folder.path());
  const auto outcome = RunQuickly("disk_rand_write", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace hypergauge::probes
