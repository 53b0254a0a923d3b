#include "tests/bench/device_counters.h"

#include <gtest/gtest.h>

namespace hypergauge::bench {
namespace {

constexpr const char* kText =
    "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0\n"
    " 254       0 vda 120 3 2048 15 77 9 4096 31 0 40 46 0 0 0 0 5 1\n"
    " 254       1 vda1 1 2\n";

TEST(DeviceCounters, CountsSectorsOf512Bytes) {
  const auto counters = ParseDiskstats(kText, 254, 0);
  ASSERT_TRUE(counters) << counters.error().message;
  EXPECT_EQ(counters->bytes_read, 2048U * 512);
  EXPECT_EQ(counters->bytes_written, 4096U * 512);
}

TEST(DeviceCounters, NamesAMissingDeviceAndAShortLine) {
  EXPECT_EQ(ParseDiskstats(kText, 8, 16).error().message, "/proc/diskstats has no device 8:16");
  EXPECT_EQ(ParseDiskstats(kText, 254, 1).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(ParseDiskstats("", 254, 0));
}

TEST(DeviceCounters, KnowsNoneOfProc) {
  const auto counters = ReadDeviceCounters("/proc");
  ASSERT_FALSE(counters);
  EXPECT_EQ(counters.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::bench
