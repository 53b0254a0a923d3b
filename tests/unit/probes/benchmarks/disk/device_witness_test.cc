#include "probes/benchmarks/disk/device_witness.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <fstream>

#include "probes/benchmarks/disk/test_file.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

// A device whose counters the test writes.
class Witness : public ::testing::Test {
 protected:
  void Count(uint64_t sectors_read, uint64_t sectors_written) {
    std::ofstream(folder_.path() / "stat")
        << "1 0 " << sectors_read << " 0 1 0 " << sectors_written << " 0 0 0 0\n";
  }

  DiskFolder folder_;
  DeviceWitness witness_{BlockDevice{.name = "sda", .folder = folder_.path()}};
  Context context_;
};

TEST_F(Witness, ConfirmsWhatTheDeviceHasMovedSinceTheBeginning) {
  Count(100, 200);
  witness_.Begin();
  Count(108, 216);
  EXPECT_TRUE(witness_.Confirms(4096, 8192));
  EXPECT_FALSE(witness_.Confirms(4097, 8192));
  EXPECT_FALSE(witness_.Confirms(4096, 8193));
  EXPECT_EQ(witness_.Judge(context_, 4096, 0), "seen on sda");
  EXPECT_FALSE(context_.report.cached);
}

TEST_F(Witness, MarksARunOfWhichTheDeviceSawLess) {
  Count(100, 200);
  witness_.Begin();
  EXPECT_EQ(witness_.Judge(context_, 4096, 0), "sda did not see it all");
  EXPECT_TRUE(context_.report.cached);
}

TEST_F(Witness, KeepsTheMarkOfAnEarlierSample) {
  Count(100, 200);
  witness_.Begin();
  witness_.Judge(context_, 4096, 0);
  Count(108, 200);
  witness_.Judge(context_, 4096, 0);
  EXPECT_TRUE(context_.report.cached);
}

TEST_F(Witness, ConfirmsNothingWithoutCounters) {
  witness_.Begin();
  EXPECT_FALSE(witness_.Confirms(0, 0));
  EXPECT_FALSE(DeviceWitness().Confirms(0, 0));
  EXPECT_EQ(DeviceWitness().Judge(context_, 0, 0), "on no block device that is known");
  EXPECT_TRUE(context_.report.cached);
}

// The descriptor of this process that has `file` open.
int DescriptorOf(const std::filesystem::path& file) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code ignored;
    if (std::filesystem::read_symlink(entry.path(), ignored) == file) {
      return std::stoi(entry.path().filename());
    }
  }
  return -1;
}

// The very benchmarks, sabotaged after their preparation: their file is read through the page
// cache, which holds all of it. The disk is one that nobody else uses.
class CachedRead : public ::testing::TestWithParam<const char*> {};

TEST_P(CachedRead, IsFoundOut) {
  const SmallDisk disk(16);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(4 << 20, disk.path());
  const auto benchmark = Registry().at(GetParam()).make();
  const auto prepared = benchmark->Prepare(context);
  ASSERT_TRUE(prepared) << prepared.error().message;
  ASSERT_TRUE(benchmark->Sample(context));
  EXPECT_FALSE(context.report.cached) << context.report.answer;

  const auto name = disk.path() / kTestFileName;
  const int descriptor = DescriptorOf(std::filesystem::canonical(name));
  ASSERT_GE(descriptor, 0);
  ASSERT_EQ(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_DIRECT), 0);
  std::ifstream file(name);
  const std::string all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  ASSERT_EQ(all.size(), size_t{4} << 20);
  ASSERT_TRUE(benchmark->Sample(context));
  EXPECT_TRUE(context.report.cached) << context.report.answer;
}

INSTANTIATE_TEST_SUITE_P(Of, CachedRead, ::testing::Values("disk_rand_read", "disk_seq_read"));

// Likewise for writes that stay in the page cache.
TEST(CachedWrite, IsFoundOut) {
  const SmallDisk disk(16);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(4 << 20, disk.path());
  const auto benchmark = Registry().at("disk_rand_write").make();
  ASSERT_TRUE(benchmark->Prepare(context));
  ASSERT_TRUE(benchmark->Sample(context));
  EXPECT_FALSE(context.report.cached) << context.report.answer;

  const int descriptor = DescriptorOf(std::filesystem::canonical(disk.path() / kTestFileName));
  ASSERT_GE(descriptor, 0);
  ASSERT_EQ(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_DIRECT), 0);
  ASSERT_TRUE(benchmark->Sample(context));
  EXPECT_TRUE(context.report.cached) << context.report.answer;
}

}  // namespace
}  // namespace hypergauge::probes
