#include "probes/durable_file.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::ReadFile;
using testing::TempDir;

TEST(DurableFile, ReplacesTheWholeFile) {
  const TempDir folder;
  const auto path = folder.Write("file", "something much longer");
  ASSERT_TRUE(WriteFileDurably(path, "short"));
  EXPECT_EQ(ReadFile(path), "short");
  EXPECT_FALSE(std::filesystem::exists(TemporaryOf(path)));
}

TEST(DurableFile, LeavesTheOldContentAndNoTemporaryFileWhenItFails) {
  const TempDir folder;
  folder.Write("target/inside", "a folder cannot be replaced by a file");
  const auto written = WriteFileDurably(folder.path() / "target", "new");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find((folder.path() / "target").string()), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(TemporaryOf(folder.path() / "target")));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "target/inside"));
}

TEST(DurableFile, NamesAFolderThatDoesNotExist) {
  const TempDir folder;
  const auto written = WriteFileDurably(folder.path() / "none/file", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kNotFound);
  EXPECT_NE(written.error().message.find("none/file"), std::string::npos);
}

TEST(DurableFile, ReadsNoMoreThanAskedFor) {
  const TempDir folder;
  const auto path = folder.Write("file", std::string(100'000, 'x'));
  EXPECT_EQ(ReadHead(path, 70'000).value().size(), 70'000U);
  EXPECT_EQ(ReadHead(path, 1 << 20).value().size(), 100'000U);
  EXPECT_EQ(ReadHead(folder.path() / "none", 1).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(ReadHead(folder.path(), 1));
}

}  // namespace
}  // namespace hypergauge::probes
