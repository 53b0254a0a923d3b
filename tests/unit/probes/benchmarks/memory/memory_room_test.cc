#include "probes/benchmarks/memory/memory_room.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

class MemoryRoomTest : public ::testing::Test {
 protected:
  MemoryRoomTest() {
    root_.Write("proc/meminfo",
                "MemTotal:        1048576 kB\nMemFree:  1 kB\nMemAvailable:     524288 kB\n");
  }

  [[nodiscard]] MemoryRoom Read() const { return ReadMemoryRoom(root_.path()); }

  TempDir root_;
};

TEST_F(MemoryRoomTest, IsThatOfTheMachineWithoutLimits) {
  const auto room = Read();
  EXPECT_EQ(room.total, 1024 * kMebibyte);
  EXPECT_EQ(room.free, 512 * kMebibyte);
  EXPECT_EQ(room.bound, "RAM");
}

TEST_F(MemoryRoomTest, IsBoundedByAGroupOfVersion1AndCountsItsCacheAsFree) {
  root_.Write("proc/self/cgroup", "9:name=systemd:/\n4:memory:/jobs/one\n0::/\n");
  root_.Write("sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes", "67108864\n");
  root_.Write("sys/fs/cgroup/memory/jobs/one/memory.usage_in_bytes", "33554432\n");
  root_.Write("sys/fs/cgroup/memory/jobs/one/memory.stat",
              "inactive_file 1\ntotal_inactive_file 16777216\n");
  const auto room = Read();
  EXPECT_EQ(room.total, 64 * kMebibyte);
  EXPECT_EQ(room.free, 48 * kMebibyte);
  EXPECT_EQ(room.bound, "the memory limit of its control group");
}

TEST_F(MemoryRoomTest, IsBoundedByAGroupOfVersion2AboveItsOwn) {
  root_.Write("proc/self/cgroup", "0::/slice/service\n");
  root_.Write("sys/fs/cgroup/slice/service/memory.max", "max\n");
  root_.Write("sys/fs/cgroup/slice/memory.max", "134217728\n");
  root_.Write("sys/fs/cgroup/slice/memory.current", "33554432\n");
  root_.Write("sys/fs/cgroup/slice/memory.stat", "anon 1\ninactive_file 0\n");
  const auto room = Read();
  EXPECT_EQ(room.total, 128 * kMebibyte);
  EXPECT_EQ(room.free, 96 * kMebibyte);
}

TEST_F(MemoryRoomTest, FindsTheLimitOfAContainerWhoseOwnPathIsOutOfSight) {
  root_.Write("proc/self/cgroup", "4:memory:/docker/0123\n");
  root_.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "67108864\n");
  EXPECT_EQ(Read().total, 64 * kMebibyte);
}

TEST_F(MemoryRoomTest, IsTheMachinesWhereTheLimitIsHigher) {
  root_.Write("proc/self/cgroup", "4:memory:/\n");
  root_.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(Read().total, 1024 * kMebibyte);
  EXPECT_EQ(Read().bound, "RAM");
}

TEST_F(MemoryRoomTest, IsNothingWhereMoreIsUsedThanAllowed) {
  root_.Write("proc/self/cgroup", "4:memory:/\n");
  root_.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000\n");
  root_.Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "2000\n");
  EXPECT_EQ(Read().free, 0U);
}

}  // namespace
}  // namespace hypergauge::probes
