#include <gtest/gtest.h>

#include "probes/benchmarks/disk/block_device.h"
#include "probes/benchmarks/disk/disk_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kPreparedBytes = 256 * kBlockBytes;

TEST(DiskSync, MeasuresAndSaysWhichCacheTheDeviceHas) {
  const DiskFolder folder;
  auto context = QuickContext(20, folder.path());
  const auto outcome = RunQuickly("disk_sync", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 3U);
  const double p50 = outcome.figures[0].summary.median;
  const double p99 = outcome.figures[1].summary.median;
  EXPECT_GT(p50, 0);
  EXPECT_LE(p50, p99);
  EXPECT_LE(p99, outcome.figures[2].summary.median);
  const auto device = FindBlockDevice(folder.path());
  const std::string mode = device ? ReadWriteCache(*device) : "unknown";
  EXPECT_EQ(context.report.labels["write_cache"], mode);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskSync, WritesNoMoreThanItsSizeInALightSample) {
  const DiskFolder folder;
  auto context = QuickContext(20, folder.path());
  context.sample_time = std::chrono::hours(1);
  ASSERT_TRUE(RunQuickly("disk_sync", context).status);
  EXPECT_EQ(context.report.bytes_written, kPreparedBytes + 20 * kBlockBytes);
}

TEST(DiskSync, EndsWithTheSampleTimeOnASlowDisk) {
  const DiskFolder folder;
  auto context = QuickContext(1'000'000, folder.path());
  ASSERT_TRUE(RunQuickly("disk_sync", context).status);
  EXPECT_LT(context.report.bytes_written, kPreparedBytes + 1'000'000 * kBlockBytes);
}

TEST(DiskSync, IsSeenOnADiskOfItsOwn) {
  const SmallDisk disk(16);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(20, disk.path());
  const auto outcome = RunQuickly("disk_sync", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_FALSE(context.report.cached) << context.report.answer;
  EXPECT_NE(context.report.answer.find("seen on loop"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
