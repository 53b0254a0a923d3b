#include "probes/durable_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

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

TEST(DurableFile, WaitsForNoFifoThatAnotherProcessNamed) {
  const TempDir folder;
  const auto fifo = folder.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(ReadForeignHead(fifo, 10, 0).error().code, ErrorCode::kInvalidArgument);
  std::filesystem::create_symlink("fifo", folder.path() / "link");
  EXPECT_EQ(ReadForeignHead(folder.path() / "link", 10, 0).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_FALSE(ReadForeignHead("/dev/zero", 10, 0));
  EXPECT_FALSE(ReadForeignHead(folder.path(), 10, 0));
}

TEST(DurableFile, ReadsForAnotherUserOnlyWhatIsHisOrRoots) {
  const TempDir folder;
  const auto path = folder.Write("file", "content");
  const uid_t mine = geteuid();
  EXPECT_EQ(ReadForeignHead(path, 4, mine).value(), "cont");
  EXPECT_EQ(ReadForeignHead(path, 4, 0).value(), "cont");
  EXPECT_EQ(ReadForeignHead("/proc/version", 5, mine + 1).value(), "Linux");
  if (mine != 0) {
    EXPECT_EQ(ReadForeignHead(path, 4, mine + 1).error().code, ErrorCode::kPermissionDenied);
    return;
  }
  ASSERT_EQ(chown(path.c_str(), 1234, 1234), 0);
  EXPECT_EQ(ReadForeignHead(path, 4, 1234).value(), "cont");
  EXPECT_EQ(ReadForeignHead(path, 4, 1235).error().code, ErrorCode::kPermissionDenied);
}

}  // namespace
}  // namespace hypergauge::probes
