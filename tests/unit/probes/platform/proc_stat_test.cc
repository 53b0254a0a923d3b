#include "probes/platform/proc_stat.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

const std::filesystem::path kMachines =
    HYPERGAUGE_SOURCE_DIR "/tests/unit/probes/platform/testdata";

std::chrono::nanoseconds Ticks(int64_t count) {
  return std::chrono::nanoseconds(count * (1'000'000'000 / sysconf(_SC_CLK_TCK)));
}

TEST(ReadCpuTimes, ReadsAVirtualMachine) {
  const auto times = ReadCpuTimes(kMachines / "firecracker/proc");
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->busy, Ticks(11972 + 100 + 3322));  // neither idle nor waiting for disks
  EXPECT_EQ(times->interrupts, Ticks(7 + 35));
  EXPECT_EQ(times->steal, Ticks(22));
  EXPECT_EQ(times->cpus, 2);
}

TEST(ReadCpuTimes, ReadsALargeServerWithOfflineCpus) {
  const auto times = ReadCpuTimes(kMachines / "xeon/proc");
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->cpus, 3);
  EXPECT_EQ(times->steal.count(), 0);
}

TEST(ReadCpuTimes, ReadsThisMachine) {
  const auto times = ReadCpuTimes("/proc");
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->cpus, sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_GT(times->busy.count(), 0);
}

TEST(ReadCpuTimes, SaysThatAKernelBeforeStealIsTooOld) {
  const auto times = ReadCpuTimes(kMachines / "old/proc");
  ASSERT_FALSE(times);
  EXPECT_EQ(times.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(times.error().message.find("old/proc/stat"), std::string::npos);
}

TEST(ReadCpuTimes, SaysThatThereIsNoFile) {
  EXPECT_EQ(ReadCpuTimes(kMachines / "none").error().code, ErrorCode::kNotFound);
}

class DamagedStat : public ::testing::TestWithParam<std::string> {};

TEST_P(DamagedStat, IsAnErrorThatNamesTheFile) {
  const testing::TempDir folder;
  const auto path = folder.Write("stat", GetParam());
  const auto times = ReadCpuTimes(folder.path());
  ASSERT_FALSE(times);
  EXPECT_TRUE(times.error().code == ErrorCode::kCorrupt ||
              times.error().code == ErrorCode::kUnsupported);
  EXPECT_NE(times.error().message.find(path.string()), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Contents, DamagedStat,
    ::testing::Values("", "\n", "cpu", "cpu ", "cpu  1 2 3", "cpu0 1 2 3 4 5 6 7 8 9 10\n",
                      "cpu  1 2 3 4 5 6 7 eight 9 10\n", "cpu  -1 2 3 4 5 6 7 8 9 10\n",
                      "cpu  1.5 2 3 4 5 6 7 8 9 10\n",
                      "cpu  99999999999999999999999 2 3 4 5 6 7 8 9 10\n",
                      std::string("\0\xff\x7f ELF\0cpu", 11), std::string(5'000'000, 'x'),
                      "cpu  " + std::string(5'000'000, ' ')));

TEST(ReadCpuTimes, ReadsNoFurtherThanItMust) {
  const testing::TempDir folder;
  folder.Write("stat", "cpu  1 0 0 0 0 0 0 2 0 0\ncpu0 1\nintr " + std::string(8'000'000, '7'));
  const auto times = ReadCpuTimes(folder.path());
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->steal, Ticks(2));
  EXPECT_EQ(times->cpus, 1);
}

// Whatever is cut off the end, the answer is the same or an error, and nothing is read beyond it.
TEST(ReadCpuTimes, SurvivesTruncationAtEveryByte) {
  const std::string whole = testing::ReadFile(kMachines / "firecracker/proc/stat");
  const testing::TempDir folder;
  const size_t first_line = whole.find('\n');
  for (size_t length = 0; length < first_line; ++length) {
    folder.Write("stat", whole.substr(0, length));
    const auto times = ReadCpuTimes(folder.path());
    if (times) {
      EXPECT_LE(times->steal, Ticks(22)) << length;
    }
  }
  folder.Write("stat", whole.substr(0, first_line));
  EXPECT_EQ(ReadCpuTimes(folder.path()).value().steal, Ticks(22));
}

}  // namespace
}  // namespace hypergauge::probes
