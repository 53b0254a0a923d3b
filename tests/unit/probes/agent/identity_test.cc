#include "probes/agent/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::ReadFile;
using testing::TempDir;

RandomBits Seeded(uint64_t seed) {
  return [engine = std::mt19937_64(seed)]() mutable { return engine(); };
}

TEST(Identity, IsMadeOnceAndKept) {
  const TempDir folder;
  const auto first = OpenIdentity(folder.path(), Seeded(1));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT(first->node_id(),
              ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
  EXPECT_EQ(first->epoch(), 1U);
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  const auto second = OpenIdentity(folder.path(), Seeded(2)).value();
  EXPECT_EQ(second.node_id(), first->node_id());
  EXPECT_EQ(second.epoch(), 1U);
}

TEST(Identity, DiffersBetweenMachines) {
  const TempDir one;
  const TempDir two;
  EXPECT_NE(OpenIdentity(one.path(), Seeded(1))->node_id(),
            OpenIdentity(two.path(), Seeded(2))->node_id());
}

TEST(Identity, BeginsANewEpochWithANewSpool) {
  const TempDir folder;
  ASSERT_TRUE(OpenIdentity(folder.path(), Seeded(1)));
  const auto next = OpenIdentity(folder.path(), Seeded(1)).value();
  EXPECT_EQ(next.epoch(), 2U);
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  EXPECT_EQ(OpenIdentity(folder.path(), Seeded(1))->epoch(), 2U);
}

class DamagedIdentity : public ::testing::TestWithParam<const char*> {};

TEST_P(DamagedIdentity, IsRefusedByNameAndLeftAlone) {
  const TempDir folder;
  const auto path = folder.Write("identity.json", GetParam());
  const auto identity = OpenIdentity(folder.path(), Seeded(1));
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(identity.error().message.find(path.string()), std::string::npos);
  EXPECT_EQ(ReadFile(path), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Contents, DamagedIdentity,
    ::testing::Values("", "{", "[]", R"({"node_id":7,"epoch":1})", R"({"epoch":1})",
                      R"({"node_id":"12345678-1234-4234-8234-12345678901","epoch":1})",
                      R"({"node_id":"12345678-1234-4234-8234-12345678901x","epoch":1})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012"})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":0})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":-1})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":"1"})"));

TEST(Identity, SurvivesNoTruncationUnnoticed) {
  const TempDir folder;
  ASSERT_TRUE(OpenIdentity(folder.path(), Seeded(1)));
  const std::string whole = ReadFile(folder.path() / "identity.json");
  for (size_t length = 0; length + 2 < whole.size(); ++length) {  // the last brace is needed
    folder.Write("identity.json", whole.substr(0, length));
    EXPECT_FALSE(OpenIdentity(folder.path(), Seeded(2))) << length;
  }
}

TEST(Identity, NamesAFolderThatCannotBeUsed) {
  const TempDir folder;
  const auto file = folder.Write("file", "");
  const auto lock = LockStateFolder(file);
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().message.find(file.string()), std::string::npos);
  EXPECT_FALSE(OpenIdentity(file, Seeded(1)));
}

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

}  // namespace
}  // namespace hypergauge::probes
