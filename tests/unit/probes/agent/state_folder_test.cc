#include "probes/agent/state_folder.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::ReadFile;
using testing::TempDir;

TEST(StateFolder, BelongsToOneAgentAtATime) {
  const TempDir folder;
  const auto path = folder.path() / "made/on/demand";
  {
    const auto first = LockStateFolder(path);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = LockStateFolder(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(second.error().message.find(path.string()), std::string::npos);
  }
  EXPECT_TRUE(LockStateFolder(path));
}

TEST(StateFolder, KeepsTheSpoolOfAnotherOwnerBesideItsOwn) {
  const TempDir folder;
  folder.Write("spool/00000000000000000007.run", "seven");
  const auto first = SetSpoolAside(folder.path(), "me");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*first, folder.path() / "spool-of-me");
  EXPECT_EQ(ReadFile(*first / "00000000000000000007.run"), "seven");
  EXPECT_FALSE(std::filesystem::exists(SpoolFolder(folder.path())));
  folder.Write("spool/rejected/00000000000000000008.run", "eight");
  EXPECT_EQ(SetSpoolAside(folder.path(), "me").value(), folder.path() / "spool-of-me-2");
  EXPECT_EQ(ReadFile(*first / "00000000000000000007.run"), "seven");
}

TEST(StateFolder, KeepsNoSpoolWithoutRuns) {
  const TempDir folder;
  folder.Write("spool/rejected/what is no run", "");
  EXPECT_EQ(SetSpoolAside(folder.path(), "me").value(), "");
  EXPECT_FALSE(std::filesystem::exists(SpoolFolder(folder.path())));
  EXPECT_EQ(SetSpoolAside(folder.path(), "me").value(), "");
}

}  // namespace
}  // namespace hypergauge::probes
