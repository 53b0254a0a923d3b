#include "probes/agent/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "probes/agent/state_folder.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::ReadFile;
using testing::TempDir;

RandomBits Seeded(uint64_t seed) {
  return [engine = std::mt19937_64(seed)]() mutable { return engine(); };
}

Result<Identity> Open(const std::filesystem::path& folder, RandomBits random,
                      const MachineIdentity& machine = {}) {
  return Identity::Open(folder, machine, std::move(random));
}

std::string Digest(char digit) {
  return std::string(64, digit);
}

v1::ContinuityToken Token(uint64_t counter) {
  v1::ContinuityToken token;
  token.set_counter(counter);
  token.set_secret(std::string("\x00\xff secret bytes.", 16));
  return token;
}

// A state folder whose agent ran before, with one run in its spool.
void UseOnce(const TempDir& folder, const MachineIdentity& machine) {
  auto identity = Open(folder.path(), Seeded(1), machine);
  ASSERT_TRUE(identity) << identity.error().message;
  ASSERT_TRUE(identity->Keep(Token(5)));
  folder.Write("spool/00000000000000000001.run", "a run");
}

TEST(Identity, IsMadeOnceAndKept) {
  const TempDir folder;
  const auto first = Open(folder.path(), Seeded(1));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT(first->record().node_id,
              ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                      "[0-9a-f]{12}"));
  EXPECT_EQ(first->record().epoch, 1U);
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  const auto second = Open(folder.path(), Seeded(2)).value();
  EXPECT_EQ(second.record().node_id, first->record().node_id);
  EXPECT_EQ(second.record().epoch, 1U);
}

TEST(Identity, DiffersBetweenMachines) {
  const TempDir one;
  const TempDir two;
  EXPECT_NE(Open(one.path(), Seeded(1))->record().node_id,
            Open(two.path(), Seeded(2))->record().node_id);
}

TEST(Identity, BeginsANewEpochWithANewSpool) {
  const TempDir folder;
  ASSERT_TRUE(Open(folder.path(), Seeded(1)));
  const auto next = Open(folder.path(), Seeded(1)).value();
  EXPECT_EQ(next.record().epoch, 2U);
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  EXPECT_EQ(Open(folder.path(), Seeded(1))->record().epoch, 2U);
}

class DamagedIdentity : public ::testing::TestWithParam<const char*> {};

TEST_P(DamagedIdentity, IsRefusedByNameAndLeftAlone) {
  const TempDir folder;
  const auto path = folder.Write("identity.json", GetParam());
  const auto identity = Open(folder.path(), Seeded(1));
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
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":"1"})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "split_from":"../../etc"})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "boot":["a"]})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "hypervisor_uuid_digest":"12345678-1234-4234-8234-123456789012"})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "restores":"-1"})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "continuity":7})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "continuity":{"counter":1}})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "continuity":{"counter":1,"secret":"0011"}})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "continuity":{"counter":1,
                                        "secret":"0011223344556677889900112233445g"}})",
                      R"({"node_id":"12345678-1234-4234-8234-123456789012","epoch":1,
                          "continuity":{"counter":18446744073709551615,
                                        "secret":"00112233445566778899001122334455"}})"));

TEST(Identity, SurvivesNoTruncationUnnoticed) {
  const TempDir folder;
  auto identity = Open(folder.path(), Seeded(1));
  ASSERT_TRUE(identity && identity->Keep(Token(5)));
  const std::string whole = ReadFile(folder.path() / "identity.json");
  for (size_t length = 0; length + 2 < whole.size(); ++length) {  // the last brace is needed
    folder.Write("identity.json", whole.substr(0, length));
    EXPECT_FALSE(Open(folder.path(), Seeded(2))) << length;
  }
}

TEST(Identity, NamesAFolderThatCannotBeUsed) {
  const TempDir folder;
  const auto file = folder.Write("file", "");
  const auto lock = LockStateFolder(file);
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().message.find(file.string()), std::string::npos);
  EXPECT_FALSE(Open(file, Seeded(1)));
}

TEST(Identity, KeepsTheTokenForItsOwnerAlone) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, {}));
  const auto identity = Open(folder.path(), Seeded(2)).value();
  ASSERT_TRUE(identity.record().continuity.has_value());
  EXPECT_EQ(identity.record().continuity->counter(), 5U);
  EXPECT_EQ(identity.record().continuity->secret(), Token(5).secret());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(folder.path() / "identity.json").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(Identity, TakesNoTokenThatIsNone) {
  const TempDir folder;
  auto identity = Open(folder.path(), Seeded(1)).value();
  auto token = Token(0);
  EXPECT_EQ(identity.Keep(token).error().code, ErrorCode::kInvalidArgument);
  token = Token(1);
  token.set_secret("short");
  EXPECT_EQ(identity.Keep(token).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(identity.record().continuity.has_value());
}

TEST(Identity, ReadsWhatAnOlderReleaseWrote) {
  const TempDir folder;
  folder.Write("identity.json",
               R"({"node_id": "12345678-1234-4234-8234-123456789012", "epoch": 3})");
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  const auto identity = Open(folder.path(), Seeded(1), {.uuid_digest = Digest('a')}).value();
  EXPECT_EQ(identity.record().node_id, "12345678-1234-4234-8234-123456789012");
  EXPECT_EQ(identity.record().epoch, 3U);
  EXPECT_EQ(identity.Node().hypervisor_uuid_digest(), Digest('a'));
}

struct Elsewhere {
  const char* name;
  MachineIdentity before;
  MachineIdentity now;
};

class CopiedFolder : public ::testing::TestWithParam<Elsewhere> {};

TEST_P(CopiedFolder, StartsAsANewNodeAndKeepsTheRunsOfTheOldOne) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, GetParam().before));
  const auto old = ParseIdentity(ReadFile(folder.path() / "identity.json")).value();
  const auto identity = Open(folder.path(), Seeded(2), GetParam().now).value();
  EXPECT_NE(identity.record().node_id, old.node_id);
  EXPECT_EQ(identity.record().epoch, 1U);
  EXPECT_EQ(identity.record().split_from, old.node_id);
  EXPECT_FALSE(identity.record().continuity.has_value());
  EXPECT_EQ(ReadFile(folder.path() / ("spool-of-" + old.node_id) / "00000000000000000001.run"),
            "a run");
  EXPECT_FALSE(std::filesystem::exists(SpoolFolder(folder.path())));
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  EXPECT_EQ(Open(folder.path(), Seeded(3), GetParam().now)->record().node_id,
            identity.record().node_id);
}

INSTANTIATE_TEST_SUITE_P(
    Machines, CopiedFolder,
    ::testing::Values(Elsewhere{"uuid", {.uuid_digest = Digest('a')}, {.uuid_digest = Digest('b')}},
                      Elsewhere{"generation",
                                {.uuid_digest = Digest('a'), .generation = Digest('c')},
                                {.uuid_digest = Digest('a'), .generation = Digest('d')}},
                      Elsewhere{"restored",
                                {.boot = Digest('e'), .restores = "0"},
                                {.boot = Digest('e'), .restores = "1"}}),
    [](const auto& test) { return test.param.name; });

class SameMachine : public ::testing::TestWithParam<Elsewhere> {};

TEST_P(SameMachine, StaysItself) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, GetParam().before));
  const auto old = ParseIdentity(ReadFile(folder.path() / "identity.json")).value();
  const auto identity = Open(folder.path(), Seeded(2), GetParam().now).value();
  EXPECT_EQ(identity.record().node_id, old.node_id);
  EXPECT_EQ(identity.record().epoch, old.epoch);
  EXPECT_TRUE(identity.record().continuity.has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Machines, SameMachine,
    ::testing::Values(
        Elsewhere{"unchanged", {.uuid_digest = Digest('a')}, {.uuid_digest = Digest('a')}},
        Elsewhere{"unreadable_now", {.uuid_digest = Digest('a')}, {}},
        Elsewhere{"unreadable_before", {}, {.uuid_digest = Digest('a')}},
        Elsewhere{"another_boot",
                  {.boot = Digest('e'), .restores = "3"},
                  {.boot = Digest('f'), .restores = "0"}},
        Elsewhere{"another_boot_unknown_before",
                  {.restores = "3"},
                  {.boot = Digest('f'), .restores = "0"}}),
    [](const auto& test) { return test.param.name; });

TEST(Identity, RemembersWhatCanNoLongerBeRead) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, {.uuid_digest = Digest('a')}));
  ASSERT_TRUE(Open(folder.path(), Seeded(2)));
  const auto identity = Open(folder.path(), Seeded(2), {.uuid_digest = Digest('b')}).value();
  EXPECT_FALSE(identity.record().split_from.empty());
}

TEST(Identity, NoticesARestoredSnapshotWhileItRuns) {
  const TempDir folder;
  auto identity = Open(folder.path(), Seeded(1), {.generation = Digest('a')}).value();
  EXPECT_EQ(identity.Check({.generation = Digest('a')}).value(), "");
  EXPECT_EQ(identity.Check({}).value(), "");
  EXPECT_NE(identity.Check({.generation = Digest('b')}).value(), "");
  EXPECT_EQ(identity.Node().machine_generation(), Digest('a'));
}

TEST(Identity, EnrollsAnewWhenTold) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, {}));
  auto identity = Open(folder.path(), Seeded(2)).value();
  const auto old = identity.record().node_id;
  ASSERT_TRUE(identity.EnrollAnew({}, "the aggregator says so"));
  EXPECT_NE(identity.record().node_id, old);
  v1::Hello hello;
  hello.mutable_identity()->set_name("box");
  identity.FillIn(hello);
  EXPECT_EQ(hello.identity().node_id(), identity.record().node_id);
  EXPECT_EQ(hello.identity().name(), "box");
  EXPECT_EQ(hello.split_from(), old);
  EXPECT_FALSE(hello.has_continuity());
  EXPECT_EQ(ParseIdentity(ReadFile(folder.path() / "identity.json"))->split_from, old);
}

TEST(Identity, TakesThePlaceOfAnotherNode) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, {.uuid_digest = Digest('a')}));
  auto identity = Open(folder.path(), Seeded(2)).value();
  const auto before = identity.record().node_id;
  v1::TakeIdentity taken;
  taken.set_node_id("12345678-1234-4234-8234-123456789012");
  taken.set_epoch(4);
  *taken.mutable_continuity() = Token(9);
  ASSERT_TRUE(identity.Take(taken));
  std::filesystem::create_directory(SpoolFolder(folder.path()));
  const auto again = Open(folder.path(), Seeded(3), {.uuid_digest = Digest('a')}).value();
  EXPECT_EQ(again.record().node_id, taken.node_id());
  EXPECT_EQ(again.record().epoch, 4U);
  EXPECT_EQ(again.record().continuity->counter(), 9U);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ("spool-of-" + before)));
}

TEST(Identity, TakesNoIdentityThatIsNone) {
  const TempDir folder;
  auto identity = Open(folder.path(), Seeded(1)).value();
  const auto before = identity.record().node_id;
  v1::TakeIdentity taken;
  taken.set_node_id("../../etc/passwd");
  taken.set_epoch(1);
  *taken.mutable_continuity() = Token(9);
  EXPECT_EQ(identity.Take(taken).error().code, ErrorCode::kInvalidArgument);
  taken.set_node_id("12345678-1234-4234-8234-123456789012");
  taken.set_epoch(0);
  EXPECT_EQ(identity.Take(taken).error().code, ErrorCode::kInvalidArgument);
  taken.set_epoch(1);
  taken.clear_continuity();
  EXPECT_EQ(identity.Take(taken).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(identity.record().node_id, before);
}

// A crash may come between any two steps: what was on disk before each of them must lead on.
TEST(Identity, ASpoolThatWasSetAsideBeforeACrashIsNoNewNode) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(UseOnce(folder, {.uuid_digest = Digest('a')}));
  const auto old = ParseIdentity(ReadFile(folder.path() / "identity.json")).value();
  ASSERT_TRUE(SetSpoolAside(folder.path(), old.node_id));
  const auto identity = Open(folder.path(), Seeded(2), {.uuid_digest = Digest('b')}).value();
  EXPECT_EQ(identity.record().split_from, old.node_id);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / ("spool-of-" + old.node_id)));
}

TEST(Identity, RunsOfAnIdentityThatIsGoneAreKept) {
  const TempDir folder;
  folder.Write("spool/00000000000000000001.run", "a run");
  ASSERT_TRUE(Open(folder.path(), Seeded(1)));
  EXPECT_EQ(ReadFile(folder.path() / "spool-of-unknown/00000000000000000001.run"), "a run");
}

}  // namespace
}  // namespace hypergauge::probes
