#include "probes/benchmarks/scratch_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(ScratchFolder, IsRemovedWithAllThatIsInIt) {
  const DiskFolder parent;
  {
    const auto folder = ScratchFolder::Make(parent.path());
    ASSERT_TRUE(folder) << folder.error().message;
    std::ofstream(folder->path() / "file") << "text";
    std::filesystem::create_directories(folder->path() / "a/b");
    EXPECT_TRUE(folder->Flush());
  }
  EXPECT_TRUE(parent.IsEmpty());
}

TEST(ScratchFolder, RemovesWhatAKilledRunHasLeft) {
  const DiskFolder parent;
  const auto abandoned = parent.path() / "hypergauge-scratch-killed";
  std::filesystem::create_directories(abandoned / "below");
  std::ofstream(parent.path() / "somebody's file").close();
  const auto folder = ScratchFolder::Make(parent.path());
  ASSERT_TRUE(folder);
  EXPECT_FALSE(std::filesystem::exists(abandoned));
  EXPECT_TRUE(std::filesystem::exists(parent.path() / "somebody's file"));
}

TEST(ScratchFolder, LeavesThoseAloneThatAreInUse) {
  const DiskFolder parent;
  const auto first = ScratchFolder::Make(parent.path());
  const auto second = ScratchFolder::Make(parent.path());
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(std::filesystem::exists(first->path()));
}

TEST(ScratchFolder, NeverFollowsALink) {
  const DiskFolder parent;
  const DiskFolder elsewhere;
  std::ofstream(elsewhere.path() / "precious").close();
  std::filesystem::create_symlink(elsewhere.path(), parent.path() / "hypergauge-scratch-link");
  ASSERT_TRUE(ScratchFolder::Make(parent.path()));
  EXPECT_TRUE(std::filesystem::exists(elsewhere.path() / "precious"));
}

TEST(ScratchFolder, NamesAParentThatIsMissing) {
  const auto folder = ScratchFolder::Make("/no/such/folder");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kNotFound);
  EXPECT_NE(folder.error().message.find("/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
