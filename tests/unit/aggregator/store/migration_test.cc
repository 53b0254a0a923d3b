// A file of an older release becomes one of this release, whole or not at all.
#include <gtest/gtest.h>

#include <future>

#include "aggregator/store/schema.h"
#include "aggregator/store/store.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using hypergauge::testing::TempDir;

// What release 0.1 wrote, with its words.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE nodes(
  node      INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL UNIQUE,
  last_seen INTEGER NOT NULL,        -- nanoseconds since 1970, the aggregator's clock
  hello     BLOB NOT NULL            -- hypergauge.v1.Hello
) STRICT;
CREATE TABLE runs(
  node      INTEGER NOT NULL,
  epoch     INTEGER NOT NULL,
  sequence  INTEGER NOT NULL,
  started   INTEGER NOT NULL,        -- nanoseconds since 1970, the node's clock
  payload   BLOB NOT NULL,           -- hypergauge.v1.Run
  PRIMARY KEY(node, epoch, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE latest(
  node      INTEGER NOT NULL,
  benchmark TEXT NOT NULL,
  suite     TEXT NOT NULL,
  clean     INTEGER NOT NULL,        -- 1: the last clean run, 0: the last of any verdict
  started   INTEGER NOT NULL,
  epoch     INTEGER NOT NULL,
  sequence  INTEGER NOT NULL,
  PRIMARY KEY(node, benchmark, suite, clean)
) STRICT, WITHOUT ROWID;
CREATE TABLE tallies(
  node      INTEGER NOT NULL,
  benchmark TEXT NOT NULL,
  verdict   INTEGER NOT NULL,        -- hypergauge.v1.Verdict
  runs      INTEGER NOT NULL,
  PRIMARY KEY(node, benchmark, verdict)
) STRICT, WITHOUT ROWID;
)sql";

// What version 2 added to it.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE nodes ADD COLUMN standing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN label TEXT NOT NULL DEFAULT '';
CREATE TABLE events(
  event     INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      INTEGER NOT NULL,
  node_id   TEXT NOT NULL,
  label     TEXT NOT NULL,
  payload   BLOB NOT NULL
) STRICT;
CREATE TABLE environment_epochs(
  epoch     INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL,
  began     INTEGER NOT NULL,
  ended     INTEGER NOT NULL,
  payload   BLOB NOT NULL
) STRICT;
CREATE INDEX environment_epochs_by_node ON environment_epochs(node_id, epoch);
CREATE TABLE placement_epochs(
  epoch     INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL,
  began     INTEGER NOT NULL,
  ended     INTEGER NOT NULL,
  payload   BLOB NOT NULL
) STRICT;
CREATE INDEX placement_epochs_by_node ON placement_epochs(node_id, epoch);
CREATE TABLE continuity(
  node_id           TEXT PRIMARY KEY,
  issued_counter    INTEGER NOT NULL,
  issued_secret     BLOB NOT NULL,
  confirmed_counter INTEGER NOT NULL,
  confirmed_secret  BLOB NOT NULL,
  uuid_digest       TEXT NOT NULL,
  generation        TEXT NOT NULL,
  given_to          TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO placement_epochs(node_id, began, ended, payload) VALUES('id-a', 5, 0, x'');
UPDATE nodes SET label = 'called';
PRAGMA user_version=2;
)sql";

// What version 3 added to it.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE leases(
  token     INTEGER PRIMARY KEY,
  node_id   TEXT NOT NULL,
  started   INTEGER NOT NULL,
  ended     INTEGER NOT NULL,
  payload   BLOB NOT NULL
) STRICT;
CREATE INDEX leases_by_end ON leases(ended);
CREATE TABLE rounds(
  node_id   TEXT NOT NULL,
  plan      TEXT NOT NULL,
  started   INTEGER NOT NULL,
  PRIMARY KEY(node_id, plan)
) STRICT, WITHOUT ROWID;
CREATE TABLE pauses(
  host      TEXT PRIMARY KEY,
  payload   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE slots(
  token       INTEGER PRIMARY KEY,
  valid_until INTEGER NOT NULL,
  payload     BLOB NOT NULL
) STRICT;
CREATE TABLE highest(
  name      TEXT PRIMARY KEY,
  value     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO rounds VALUES('id-a', 'light', 7);
INSERT INTO highest VALUES('token', 9);
PRAGMA user_version=3;
)sql";

// A file of version 1 with one node and one run.
void WriteVersion1(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Mode::kCreate);
  ASSERT_TRUE(database.has_value()) << database.error().message;
  ASSERT_TRUE(database
                  ->Execute("PRAGMA application_id=" + std::to_string(kApplicationId) +
                            "; PRAGMA user_version=1; BEGIN;" + kVersion1 + "COMMIT;")
                  .has_value());
  auto node = database->Prepare("INSERT INTO nodes(node_id, last_seen, hello) VALUES(?1, 42, ?2)");
  ASSERT_TRUE(
      node->Bind(1, "id-a").BindBlob(2, MakeHello("a").SerializeAsString()).Run().has_value());
  auto run = database->Prepare("INSERT INTO runs VALUES(1, 1, 1, 5, ?1)");
  ASSERT_TRUE(run->BindBlob(1, MakeRun("a", 1).SerializeAsString()).Run().has_value());
  ASSERT_TRUE(database->Execute("INSERT INTO latest VALUES(1, 'cpu_blowfish', 'light', 0, 5, 1, 1)")
                  .has_value());
}

int64_t VersionOf(const std::filesystem::path& file) {
  auto database = Database::Open(file, Database::Mode::kReadOnly);
  auto version = database->Prepare("PRAGMA user_version");
  EXPECT_TRUE(version->Step().value_or(false));
  return version->Int(0);
}

TEST(MigrationTest, AFileOfVersion1KeepsItsNodesAndRunsAndTakesEvents) {
  const TempDir folder;
  ASSERT_NO_FATAL_FAILURE(WriteVersion1(folder.path() / "hypergauge.db"));
  {
    auto store = Store::Open(folder.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const auto state = (*store)->LoadState();
    ASSERT_TRUE(state.has_value()) << state.error().message;
    ASSERT_EQ(state->nodes.size(), 1U);
    EXPECT_EQ(state->nodes[0].hello.identity().name(), "a");
    ASSERT_EQ(state->latest.size(), 1U);
    std::promise<Result<uint64_t>> done;
    (*store)->PutEvent({}, [&](const Result<uint64_t>& id) { done.set_value(id); });
    EXPECT_EQ(done.get_future().get().value_or(0), 1U);
  }
  EXPECT_EQ(VersionOf(folder.path() / "hypergauge.db"), kSchemaVersion);
  auto again = Store::Open(folder.path());
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ((*again)->Events({})->size(), 1U);
}

TEST(MigrationTest, AFileOfVersion2KeepsWhatItHadAndTakesLeases) {
  const TempDir folder;
  const auto file = folder.path() / "hypergauge.db";
  ASSERT_NO_FATAL_FAILURE(WriteVersion1(file));
  {
    auto database = Database::Open(file, Database::Mode::kReadWrite);
    const auto written = database->Execute(kVersion2);
    ASSERT_TRUE(written.has_value()) << written.error().message;
  }
  {
    auto store = Store::Open(folder.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const auto state = (*store)->LoadState();
    ASSERT_TRUE(state.has_value()) << state.error().message;
    EXPECT_EQ(state->nodes.at(0).label, "called");
    EXPECT_EQ(state->placements.at("id-a").began_unix_nanos(), 5);
    EXPECT_EQ(*(*store)->LastToken(), 0U);
    v1::LeaseRecord lease;
    lease.set_fencing_token(3);
    std::promise<bool> done;
    (*store)->PutLeases({lease}, [&](const Result<void>& stored) { done.set_value(!!stored); });
    EXPECT_TRUE(done.get_future().get());
  }
  EXPECT_EQ(VersionOf(file), kSchemaVersion);
  auto again = Store::Open(folder.path());
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_TRUE((*again)->FindLease(3)->has_value());
}

TEST(MigrationTest, AFileOfVersion3KeepsWhatItHadAndTakesDays) {
  const TempDir folder;
  const auto file = folder.path() / "hypergauge.db";
  ASSERT_NO_FATAL_FAILURE(WriteVersion1(file));
  {
    auto database = Database::Open(file, Database::Mode::kReadWrite);
    for (const char* version : {kVersion2, kVersion3}) {
      const auto written = database->Execute(version);
      ASSERT_TRUE(written.has_value()) << written.error().message;
    }
  }
  {
    auto store = Store::Open(folder.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_EQ((*store)->LastRounds()->at({"id-a", "light"}), 7);
    EXPECT_EQ(*(*store)->LastToken(), 9U);
    (*store)->PutDays({{"h", 20'000, 1, 2, 3}});
  }
  EXPECT_EQ(VersionOf(file), kSchemaVersion);
  auto again = Store::Open(folder.path());
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ((*again)->Days()->size(), 1U);
}

// Two clean runs of one round, and one that was disturbed, beside the first one.
void WriteVersion3(const std::filesystem::path& file) {
  ASSERT_NO_FATAL_FAILURE(WriteVersion1(file));
  auto database = Database::Open(file, Database::Mode::kReadWrite);
  for (const char* sql : {kVersion2, kVersion3}) {
    const auto written = database->Execute(sql);
    ASSERT_TRUE(written.has_value()) << written.error().message;
  }
  auto put = database->Prepare("INSERT INTO runs VALUES(1, 1, ?1, ?2, ?3)");
  for (const int sequence : {2, 3, 4}) {
    auto run = MakeRun("a", sequence, 0.1 * sequence, 1'700'000'000 + sequence * 60);
    run.set_round(9);
    run.set_round_pass(sequence == 2 ? 1 : 2);
    if (sequence == 3) run.set_verdict(v1::VERDICT_BUSY);
    ASSERT_TRUE(put->Bind(1, int64_t{sequence})
                    .Bind(2, run.started_unix_nanos())
                    .BindBlob(3, run.SerializeAsString())
                    .Run()
                    .has_value());
  }
}

TEST(MigrationTest, AFileOfVersion3GetsThePointsOfItsCleanRunsOnce) {
  const TempDir folder;
  const auto file = folder.path() / "hypergauge.db";
  ASSERT_NO_FATAL_FAILURE(WriteVersion3(file));
  for (int opened = 0; opened < 2; ++opened) {  // the second time there is nothing to fill
    auto store = Store::Open(folder.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_EQ(*(*store)->LastToken(), 9U);
    const auto series = (*store)->AllSeries();
    ASSERT_TRUE(series.has_value()) << series.error().message;
    ASSERT_EQ(series->size(), 1U);
    EXPECT_EQ(series->at(0).key, KeyOf(MakeRun("a", 1), MakeRun("a", 1).measures(0)));
    const auto points = (*store)->LastPoints(series->at(0).id, 10);
    ASSERT_TRUE(points.has_value()) << points.error().message;
    ASSERT_EQ(points->size(), 3U);
    EXPECT_EQ(points->at(0).value, 0.5);
    EXPECT_EQ(points->at(0).round, 0U);
    EXPECT_EQ(points->at(2).value, 0.4);
    EXPECT_EQ(points->at(2).round, 9U);
    EXPECT_EQ(points->at(2).pass, 2U);
    EXPECT_EQ(points->at(2).at_unix_nanos, 1'700'000'240'000'000'000);
  }
}

TEST(MigrationTest, AFileWithARunThatCannotBeReadStaysAsItWas) {
  const TempDir folder;
  const auto file = folder.path() / "hypergauge.db";
  ASSERT_NO_FATAL_FAILURE(WriteVersion3(file));
  {
    auto database = Database::Open(file, Database::Mode::kReadWrite);
    ASSERT_TRUE(
        database->Execute("UPDATE runs SET payload = x'ff' WHERE sequence = 3").has_value());
  }
  const auto store = Store::Open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().message.find("a run that cannot be read"), std::string::npos);
  EXPECT_EQ(VersionOf(file), 3);
}

TEST(MigrationTest, AFileThatCannotBeMigratedStaysAsItWas) {
  const TempDir folder;
  const auto file = folder.path() / "hypergauge.db";
  ASSERT_NO_FATAL_FAILURE(WriteVersion1(file));
  {
    auto database = Database::Open(file, Database::Mode::kReadWrite);
    // In the way of the last table but one.
    ASSERT_TRUE(database->Execute("CREATE TABLE placement_epochs(theirs)").has_value());
  }
  const auto store = Store::Open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().message.find("placement_epochs"), std::string::npos);
  EXPECT_EQ(VersionOf(file), 1);
  auto database = Database::Open(file, Database::Mode::kReadOnly);
  EXPECT_FALSE(database->Prepare("SELECT * FROM events").has_value());
  EXPECT_FALSE(database->Prepare("SELECT standing FROM nodes").has_value());
}

}  // namespace
}  // namespace hypergauge::aggregator
