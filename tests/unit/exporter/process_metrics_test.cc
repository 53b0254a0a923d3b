#include "exporter/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <ctime>

#include "tests/support/temp_dir.h"

namespace hypergauge::exporter {
namespace {

using hypergauge::testing::TempDir;
using ::testing::HasSubstr;

constexpr const char* kStat =
    "42 (a) R (b c) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 9 0 12345 1048576 256 "
    "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
constexpr const char* kLimits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"
    "Max processes             63432                63432                processes \n"
    "Max open files            1024                 524288               files     \n";

// A proc folder of a process named "a) R (b c".
void WriteProc(const TempDir& root) {
  root.Write("stat", "cpu  1 2 3\nctxt 5\nbtime 1700000000\nprocesses 7\n");
  root.Write("self/stat", kStat);
  root.Write("self/limits", kLimits);
  for (const char* descriptor : {"0", "1", "2", "17"}) {
    root.Write(std::string("self/fd/") + descriptor, "");
  }
}

TEST(ProcessMetrics, ReadsAFixtureWithAHostileProgramName) {
  const TempDir root;
  WriteProc(root);
  const auto metrics = ReadProcessMetrics(root.path());
  ASSERT_TRUE(metrics.has_value()) << metrics.error().message;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(metrics->cpu_seconds, 200 / ticks);
  EXPECT_DOUBLE_EQ(metrics->start_time_seconds, 1'700'000'000 + 12345 / ticks);
  EXPECT_EQ(metrics->virtual_bytes, 1048576);
  EXPECT_EQ(metrics->resident_bytes, 256.0 * static_cast<double>(sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(metrics->open_descriptors, 4);
  EXPECT_EQ(metrics->max_descriptors, 1024);
}

TEST(ProcessMetrics, UnderstandsAnUnlimitedNumberOfDescriptors) {
  const TempDir root;
  WriteProc(root);
  root.Write("self/limits", "Max open files            unlimited  unlimited  files\n");
  EXPECT_TRUE(std::isinf(ReadProcessMetrics(root.path())->max_descriptors));
}

TEST(ProcessMetrics, SaysWhichFileIsMissing) {
  for (const char* file : {"stat", "self/stat", "self/limits", "self/fd"}) {
    const TempDir root;
    WriteProc(root);
    std::filesystem::remove_all(root.path() / file);
    const auto metrics = ReadProcessMetrics(root.path());
    ASSERT_FALSE(metrics.has_value()) << file;
    EXPECT_EQ(metrics.error().code, ErrorCode::kNotFound) << file;
    EXPECT_THAT(metrics.error().message, HasSubstr((root.path() / file).string()));
  }
}

TEST(ProcessMetrics, SaysWhichFileReadsOtherwiseThanExpected) {
  const std::pair<const char*, const char*> table[] = {{"stat", "cpu  1 2 3\n"},
                                                       {"self/stat", "42 no name"},
                                                       {"self/stat", "42 (short) S 1 2 3"},
                                                       {"self/limits", "Max open files  many\n"}};
  for (const auto& [file, content] : table) {
    const TempDir root;
    WriteProc(root);
    root.Write(file, content);
    const auto metrics = ReadProcessMetrics(root.path());
    ASSERT_FALSE(metrics.has_value()) << content;
    EXPECT_EQ(metrics.error().code, ErrorCode::kUnsupported) << content;
    EXPECT_THAT(metrics.error().message, HasSubstr((root.path() / file).string()));
  }
}

TEST(ProcessMetrics, ReadsThisVeryProcess) {
  const auto metrics = ReadProcessMetrics("/proc");
  ASSERT_TRUE(metrics.has_value()) << metrics.error().message;
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_GT(metrics->start_time_seconds, now - 3600);
  EXPECT_LE(metrics->start_time_seconds, now + 2);
  EXPECT_GT(metrics->resident_bytes, 100'000);
  EXPECT_LT(metrics->resident_bytes, metrics->virtual_bytes);
  EXPECT_GE(metrics->open_descriptors, 3);
}

}  // namespace
}  // namespace hypergauge::exporter
