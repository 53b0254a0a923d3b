#include "probes/benchmarks/disk/disk_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kExbibyte = uint64_t{1} << 60;

TEST(DiskFolder, IsTakenWhereItIsOnADisk) {
  const DiskFolder folder;
  const auto checked = CheckFolder(folder.path(), 4096);
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST(DiskFolder, InMemoryIsNoDisk) {
  const auto checked = CheckFolder("/dev/shm", 0);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(checked.error().message, "folder /dev/shm is on tmpfs, which is memory and not a disk");
}

TEST(DiskFolder, ThatIsMissingIsNamed) {
  const auto checked = CheckFolder("/no/such/folder", 0);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kNotFound);
  EXPECT_NE(checked.error().message.find("/no/such/folder"), std::string::npos);
}

TEST(DiskFolder, WithoutRoomSaysHowMuchThereIsAndHowMuchIsNeeded) {
  const DiskFolder folder;
  const auto checked = CheckFolder(folder.path(), kExbibyte);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(checked.error().message.find("1099511627776 MiB are needed"), std::string::npos);
}

TEST(DiskFolder, ThatIsReadOnlyIsNamed) {
  const SmallDisk disk(8);
  if (!disk.is_mounted() || !disk.MakeReadOnly()) GTEST_SKIP() << "cannot mount here";
  const auto checked = CheckFolder(disk.path(), 0);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kPermissionDenied);
  EXPECT_NE(checked.error().message.find("Read-only file system"), std::string::npos);
}

TEST(DiskFile, ThatIsTemporaryHasNoNameAndKeepsItsBytes) {
  const DiskFolder folder;
  const auto file = DiskFile::MakeTemporary(folder.path(), O_DIRECT);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(folder.IsEmpty());
  AlignedBuffer written(kBlockBytes);
  AlignedBuffer read(kBlockBytes);
  written.bytes()[17] = std::byte{42};
  ASSERT_TRUE(file->WriteAt(kBlockBytes, written.bytes()));
  ASSERT_TRUE(file->ReadAt(kBlockBytes, read.bytes()));
  EXPECT_EQ(read.bytes()[17], std::byte{42});
  EXPECT_EQ(*file->Size(), 2 * kBlockBytes);
}

TEST(DiskFile, ThatEndsEarlyIsCorrupt) {
  const DiskFolder folder;
  const auto file = DiskFile::MakeTemporary(folder.path(), 0);
  ASSERT_TRUE(file);
  AlignedBuffer buffer(kBlockBytes);
  const auto read = file->ReadAt(0, buffer.bytes());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
}

TEST(DiskFile, OnAFullDiskSaysSo) {
  const SmallDisk disk(8);
  if (!disk.is_mounted()) GTEST_SKIP() << "cannot mount here";
  const auto file = DiskFile::MakeTemporary(disk.path(), O_DIRECT);
  ASSERT_TRUE(file) << file.error().message;
  AlignedBuffer chunk(kChunkBytes);
  Result<void> written;
  for (uint64_t i = 0; i < 8 && written; ++i) written = file->WriteAt(i << 20, chunk.bytes());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kResourceExhausted);
  EXPECT_NE(written.error().message.find("No space left on device"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
