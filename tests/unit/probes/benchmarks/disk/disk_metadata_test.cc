#include <gtest/gtest.h>

#include <fstream>

#include "probes/benchmarks/disk/count_names.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(DiskMetadata, MeasuresEveryOperationAndLeavesNothing) {
  const DiskFolder folder;
  auto context = QuickContext(10, folder.path());
  const auto outcome = RunQuickly("disk_metadata", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 5U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_EQ(context.report.bytes_written, 10U * 3 * 4096);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(DiskMetadata, IsSeenOnADiskOfItsOwn) {
  const SmallDisk disk(16);
  ASSERT_TRUE(disk.is_mounted());
  auto context = QuickContext(10, disk.path());
  const auto outcome = RunQuickly("disk_metadata", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_FALSE(context.report.cached) << context.report.answer;
}

TEST(DiskMetadata, SaysWhereItFailsWithoutInodes) {
  const SmallDisk disk(8);
  ASSERT_TRUE(disk.is_mounted());
  std::error_code error;
  for (int i = 0; !error && i < 100'000; ++i) {
    std::filesystem::create_directory(disk.path() / std::to_string(i), error);
  }
  for (int i = 0; i < 2; ++i) std::filesystem::remove(disk.path() / std::to_string(i));
  auto context = QuickContext(100, disk.path());
  const auto outcome = RunQuickly("disk_metadata", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find("No space left on device"), std::string::npos)
      << outcome.status.error().message;
}

class Names : public ::testing::Test {
 protected:
  Names() {
    for (const char* name : {"a-1", "a-2", "b-1"}) std::ofstream(folder_.path() / name).close();
  }
  DiskFolder folder_;
};

TEST_F(Names, AreRightWhenAllAreThere) {
  EXPECT_TRUE(CheckNames(folder_.path(), {{"a-", 2}, {"b-", 1}, {"c-", 0}}));
}

TEST_F(Names, ThatAreMissingOrTooManyAreAWrongAnswer) {
  const auto missing = CheckNames(folder_.path(), {{"a-", 3}, {"b-", 1}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(missing.error().message.find("has 2 names \"a-...\" instead of 3"), std::string::npos);
  EXPECT_FALSE(CheckNames(folder_.path(), {{"a-", 1}, {"b-", 1}}));
  EXPECT_FALSE(CheckNames(folder_.path(), {{"a-", 2}}));
}

TEST_F(Names, OfAMissingFolderAreNotFound) {
  EXPECT_EQ(CheckNames("/no/such/folder", {}).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace hypergauge::probes
