#include "probes/benchmarks/memory/cache_size.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

constexpr uint64_t kMebibyte = uint64_t{1} << 20;

void WriteCache(const TempDir& root, const std::string& place, const std::string& level,
                const std::string& type, const std::string& size, const std::string& cpus) {
  const std::string folder = "sys/devices/system/cpu/" + place + "/";
  root.Write(folder + "level", level + "\n");
  root.Write(folder + "type", type + "\n");
  root.Write(folder + "size", size + "\n");
  root.Write(folder + "shared_cpu_list", cpus + "\n");
}

TEST(CacheSize, IsThatOfTheHighestLevelAndCountsSharedOnesOnce) {
  const TempDir root;
  for (const std::string cpu : {"0", "1", "2"}) {
    const std::string folder = "cpu" + cpu + "/cache/index";
    WriteCache(root, folder + "0", "1", "Data", "48K", cpu);
    WriteCache(root, folder + "2", "2", "Unified", "1024K", cpu);
    const bool is_last = cpu == "2";
    WriteCache(root, folder + "3", "3", "Unified", is_last ? "16384K" : "32768K",
               is_last ? "2" : "0-1");
  }
  const auto cache = ReadLastLevelCache(root.path());
  EXPECT_EQ(cache.largest, 32 * kMebibyte);
  EXPECT_EQ(cache.total, 48 * kMebibyte);
}

TEST(CacheSize, LeavesOutInstructionsAndOtherFolders) {
  const TempDir root;
  WriteCache(root, "cpu0/cache/index0", "1", "Data", "64K", "0");
  WriteCache(root, "cpu0/cache/index1", "2", "Instruction", "512M", "0");
  root.Write("sys/devices/system/cpu/cpufreq/boost", "1\n");
  EXPECT_EQ(ReadLastLevelCache(root.path()).total, 65536U);
}

TEST(CacheSize, IsAGuessWhereTheMachineDoesNotTell) {
  const TempDir root;
  EXPECT_EQ(ReadLastLevelCache(root.path()).largest, 32 * kMebibyte);
  EXPECT_EQ(ReadLastLevelCache(root.path()).total, 32 * kMebibyte);
}

}  // namespace
}  // namespace hypergauge::probes
