#include "aggregator/store/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <future>
#include <set>

#include "aggregator/store/epoch_table.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using hypergauge::testing::ReadFile;
using hypergauge::testing::TempDir;

Result<bool> PutRun(Store& store, v1::Run run) {
  std::promise<Result<bool>> done;
  store.PutRun(std::move(run), [&](const Result<bool>& result) { done.set_value(result); });
  return done.get_future().get();
}

Result<void> PutNode(Store& store, const std::string& name) {
  std::promise<Result<void>> done;
  store.PutNode(MakeHello(name), 42, [&](const Result<void>& result) { done.set_value(result); });
  return done.get_future().get();
}

std::unique_ptr<Store> MustOpen(const std::filesystem::path& folder) {
  auto store = Store::Open(folder);
  EXPECT_TRUE(store.has_value()) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

// All bytes of a folder's files, by name.
std::map<std::string, std::string> Contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    contents[entry.path().filename()] = ReadFile(entry.path());
  }
  return contents;
}

TEST(StoreTest, WhatWasStoredIsThereAfterReopening) {
  const TempDir folder;
  {
    const auto store = MustOpen(folder.path());
    ASSERT_TRUE(PutNode(*store, "a").has_value());
    ASSERT_TRUE(*PutRun(*store, MakeRun("a", 1, 0.5)));
    ASSERT_TRUE(*PutRun(*store, MakeRun("a", 2, 0.7, 1'700'000'060)));
  }
  const auto store = MustOpen(folder.path());
  const auto state = store->LoadState();
  ASSERT_TRUE(state.has_value()) << state.error().message;
  ASSERT_EQ(state->nodes.size(), 1U);
  EXPECT_EQ(state->nodes[0].hello.identity().name(), "a");
  EXPECT_EQ(state->nodes[0].last_seen_unix_nanos, 42);
  ASSERT_EQ(state->latest.size(), 1U);
  EXPECT_EQ(state->latest[0].measures(0).median(), 0.7);
  ASSERT_EQ(state->tallies.size(), 1U);
  EXPECT_EQ(state->tallies[0].runs, 2);
  EXPECT_EQ(*store->HighestSequence("id-a", 1), 2U);
  EXPECT_EQ(*store->HighestSequence("id-a", 2), 0U);
  EXPECT_EQ(*store->HighestSequence("nobody", 1), 0U);
}

// Names of files that others than the owner may use.
std::vector<std::string> ReadableByOthers(const std::filesystem::path& folder) {
  using std::filesystem::perms;
  std::vector<std::string> readable;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto mode = entry.status().permissions();
    if ((mode & (perms::group_all | perms::others_all)) != perms::none) {
      readable.push_back(entry.path().filename());
    }
  }
  return readable;
}

TEST(StoreTest, NobodyElseReadsItWhateverTheUmaskIs) {
  using std::filesystem::perms;
  const testing::TempDir parent;
  const auto folder = parent.path() / "deep" / "store";
  const auto before = umask(022);
  {
    const auto store = Store::Open(folder);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_TRUE(std::filesystem::exists(folder / "hypergauge.db-wal"));
    EXPECT_EQ(std::filesystem::status(folder).permissions(), perms::owner_all);
    EXPECT_EQ(ReadableByOthers(folder), std::vector<std::string>());
  }
  // As an older release left them, and with what a crash leaves beside.
  for (const char* name : {"hypergauge.db", "lock", "hypergauge.db-wal", "hypergauge.db-shm"}) {
    std::ofstream(folder / name, std::ios::app).flush();
    std::filesystem::permissions(folder / name, perms(0644));
  }
  std::filesystem::permissions(folder, perms(0755));
  {
    const auto store = Store::Open(folder);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    EXPECT_EQ(ReadableByOthers(folder), std::vector<std::string>());
  }
  umask(before);
}

TEST(StoreTest, ARunThatArrivesTwiceIsStoredAndCountedOnce) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  EXPECT_TRUE(*PutRun(*store, MakeRun("a", 1)));
  EXPECT_FALSE(*PutRun(*store, MakeRun("a", 1)));
  EXPECT_EQ(store->LoadState()->tallies.at(0).runs, 1);
}

TEST(StoreTest, ALateRunDoesNotReplaceANewerOne) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  ASSERT_TRUE(*PutRun(*store, MakeRun("a", 2, 0.7, 1'700'000'060)));
  ASSERT_TRUE(*PutRun(*store, MakeRun("a", 1, 0.5, 1'700'000'000)));
  const auto state = store->LoadState();
  ASSERT_EQ(state->latest.size(), 1U);
  EXPECT_EQ(state->latest[0].id().sequence(), 2U);
}

TEST(StoreTest, ARunOfAClockThatIsYearsAheadGivesWayToTheNextOne) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  auto ahead = MakeRun("a", 1, 0.7, 3'000'000'000);
  ahead.set_received_unix_nanos(1'700'000'000'000'000'000);
  ASSERT_TRUE(*PutRun(*store, ahead));
  ASSERT_TRUE(*PutRun(*store, MakeRun("a", 2, 0.5, 1'700'000'060)));
  const auto state = store->LoadState();
  ASSERT_EQ(state->latest.size(), 1U);
  EXPECT_EQ(state->latest[0].id().sequence(), 2U);
}

TEST(StoreTest, TheLastCleanRunIsKeptBesideTheLastOne) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  ASSERT_TRUE(*PutRun(*store, MakeRun("a", 1)));
  auto busy = MakeRun("a", 2, 0.9, 1'700'000'060);
  busy.set_verdict(v1::VERDICT_BUSY);
  ASSERT_TRUE(*PutRun(*store, busy));
  std::set<v1::Verdict> verdicts;
  const auto state = store->LoadState();
  for (const auto& run : state->latest) verdicts.insert(run.verdict());
  EXPECT_EQ(verdicts, (std::set<v1::Verdict>{v1::VERDICT_CLEAN, v1::VERDICT_BUSY}));
}

TEST(StoreTest, ManyThreadsLoseNothing) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  constexpr int kThreads = 4;
  constexpr int kRuns = 250;
  for (int t = 0; t < kThreads; ++t) ASSERT_TRUE(PutNode(*store, std::to_string(t)).has_value());
  std::atomic<int> inserted = 0;
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 1; i <= kRuns; ++i) {
        store->PutRun(MakeRun(std::to_string(t), static_cast<uint64_t>(i)),
                      [&](const Result<bool>& result) {
                        if (result && *result) ++inserted;
                        ++answered;
                        answered.notify_one();
                      });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int seen = answered; seen < kThreads * kRuns; seen = answered) answered.wait(seen);
  EXPECT_EQ(inserted, kThreads * kRuns);
}

TEST(StoreTest, ARunOfAnUnknownNodeIsRefusedAndTheStoreGoesOn) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  EXPECT_FALSE(PutRun(*store, MakeRun("ghost", 1)).has_value());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  EXPECT_TRUE(*PutRun(*store, MakeRun("a", 1)));
}

void PutStanding(Store& store, const std::string& node_id, Standing standing) {
  std::promise<void> done;
  store.PutStanding(node_id, standing, 43, [&](const Result<void>&) { done.set_value(); });
  done.get_future().get();
}

TEST(StoreTest, ANodeThatLeftTheListsKeepsItsRunsAndIsFoundAgain) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  ASSERT_TRUE(PutNode(*store, "b").has_value());
  ASSERT_TRUE(*PutRun(*store, MakeRun("a", 1)));
  EXPECT_EQ(store->LoadNode("id-a")->nodes.at(0).standing, Standing::kNew);
  PutStanding(*store, "id-a", Standing::kListed);
  EXPECT_EQ(store->LoadState()->nodes.at(0).standing, Standing::kListed);
  PutStanding(*store, "id-a", Standing::kVanished);
  const auto state = store->LoadState();
  ASSERT_EQ(state->nodes.size(), 1U);
  EXPECT_EQ(state->nodes[0].hello.identity().name(), "b");
  EXPECT_TRUE(state->latest.empty());
  EXPECT_TRUE(state->tallies.empty());
  // It says Hello again, and is not listed before somebody says so.
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  EXPECT_EQ(store->LoadState()->nodes.size(), 1U);
  EXPECT_EQ(store->LoadNode("id-a")->nodes.at(0).standing, Standing::kVanished);
  PutStanding(*store, "id-a", Standing::kListed);
  EXPECT_EQ(store->LoadState()->nodes.size(), 2U);
  const auto again = store->LoadNode("id-a");
  ASSERT_EQ(again->nodes.size(), 1U);
  EXPECT_EQ(again->nodes[0].last_seen_unix_nanos, 43);
  EXPECT_EQ(again->latest.size(), 1U);
  EXPECT_EQ(again->tallies.size(), 1U);
}

TEST(StoreTest, AStandingOfANodeThatWasNeverPutIsNoError) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  PutStanding(*store, "id-ghost", Standing::kListed);
  EXPECT_TRUE(store->LoadNode("id-ghost")->nodes.empty());
  EXPECT_TRUE(store->LoadState()->nodes.empty());
}

v1::EnvironmentEpoch EpochOf(int64_t began, const std::string& kernel) {
  v1::EnvironmentEpoch epoch;
  epoch.set_began_unix_nanos(began);
  epoch.mutable_environment()->set_kernel_release(kernel);
  return epoch;
}

TEST(StoreTest, AnEpochEndsInTheMomentInWhichTheNextOneBegins) {
  const TempDir folder;
  {
    const auto store = MustOpen(folder.path());
    store->PutEnvironmentEpoch("id-a", EpochOf(10, "6.1"));
    store->PutEnvironmentEpoch("id-b", EpochOf(15, "5.10"));
    store->PutEnvironmentEpoch("id-a", EpochOf(20, "6.6"));
    v1::PlacementEpoch placed;
    placed.set_began_unix_nanos(5);
    placed.set_host("h");
    store->PutPlacementEpoch("id-a", placed);
    ASSERT_TRUE(PutNode(*store, "a").has_value());
  }
  const auto store = MustOpen(folder.path());
  const auto epochs = store->Epochs("id-a");
  ASSERT_TRUE(epochs.has_value()) << epochs.error().message;
  ASSERT_EQ(epochs->environments_size(), 2);
  EXPECT_EQ(epochs->environments(0).began_unix_nanos(), 10);
  EXPECT_EQ(epochs->environments(0).ended_unix_nanos(), 20);
  EXPECT_EQ(epochs->environments(1).environment().kernel_release(), "6.6");
  EXPECT_EQ(epochs->environments(1).ended_unix_nanos(), 0);
  ASSERT_EQ(epochs->placements_size(), 1);
  EXPECT_EQ(epochs->placements(0).host(), "h");
  const auto state = store->LoadState();
  EXPECT_EQ(state->environments.at("id-a").began_unix_nanos(), 20);
  EXPECT_EQ(state->placements.at("id-a").began_unix_nanos(), 5);
  store->EndEpochs("id-a", 12);  // by a clock that was set back
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  EXPECT_EQ(store->Epochs("id-a")->environments(1).ended_unix_nanos(), 20);
  EXPECT_FALSE(store->LoadState()->environments.contains("id-a"));
}

TEST(StoreTest, OfANodesEpochsTheNewestAreKept) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  for (int64_t began = 1; began <= EpochTable::kMostEpochs + 5; ++began) {
    store->PutEnvironmentEpoch("id-a", EpochOf(began, "6.1"));
  }
  store->PutEnvironmentEpoch("id-b", EpochOf(1, "6.1"));
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  const auto epochs = store->Epochs("id-a");
  EXPECT_EQ(epochs->environments_size(), EpochTable::kMostEpochs);
  EXPECT_EQ(epochs->environments(0).began_unix_nanos(), 6);
  EXPECT_EQ(store->Epochs("id-b")->environments_size(), 1);
}

TEST(StoreTest, ASecondAggregatorIsKeptOutAndToldWhoIsIn) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  const auto second = Store::Open(folder.path());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
}

TEST(StoreTest, AFileThatIsNoDatabaseIsNamedAndLeftAlone) {
  const TempDir folder;
  folder.Write("hypergauge.db", std::string(500, 'x'));
  const auto before = Contents(folder.path());
  const auto store = Store::Open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(store.error().message.find((folder.path() / "hypergauge.db").string()),
            std::string::npos);
  EXPECT_EQ(Contents(folder.path()), before);
}

TEST(StoreTest, AnEmptyFileIsNotTakenForAStore) {
  const TempDir folder;
  folder.Write("hypergauge.db", "");
  EXPECT_FALSE(Store::Open(folder.path()).has_value());
  EXPECT_EQ(Contents(folder.path()), (std::map<std::string, std::string>{{"hypergauge.db", ""}}));
}

TEST(StoreTest, AnotherProgramsDatabaseIsNamedAndLeftAlone) {
  const TempDir folder;
  sqlite3* foreign = nullptr;
  ASSERT_EQ(sqlite3_open((folder.path() / "hypergauge.db").c_str(), &foreign), SQLITE_OK);
  sqlite3_exec(foreign, "CREATE TABLE theirs(x); INSERT INTO theirs VALUES(1)", nullptr, nullptr,
               nullptr);
  sqlite3_close(foreign);
  const auto before = Contents(folder.path());
  const auto store = Store::Open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().message.find("another program"), std::string::npos);
  EXPECT_EQ(Contents(folder.path()), before);
}

TEST(StoreTest, AStoreOfANewerReleaseIsNamedAndLeftAlone) {
  const TempDir folder;
  MustOpen(folder.path()).reset();
  {
    auto database = Database::Open(folder.path() / "hypergauge.db", Database::Mode::kReadWrite);
    ASSERT_TRUE(database->Execute("PRAGMA user_version=99").has_value());
  }
  const auto before = Contents(folder.path());
  const auto store = Store::Open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(store.error().message.find("99"), std::string::npos);
  EXPECT_EQ(Contents(folder.path()), before);
}

TEST(StoreTest, ADamagedStoreIsNamedAndLeftAlone) {
  const TempDir folder;
  {
    const auto store = MustOpen(folder.path());
    ASSERT_TRUE(PutNode(*store, "a").has_value());
    for (uint64_t i = 1; i <= 200; ++i) ASSERT_TRUE(*PutRun(*store, MakeRun("a", i)));
  }
  auto bytes = ReadFile(folder.path() / "hypergauge.db");
  ASSERT_GT(bytes.size(), 20'000U);
  for (size_t i = 5'000; i < 15'000; ++i) bytes[i] = 'Z';
  folder.Write("hypergauge.db", bytes);
  const auto before = Contents(folder.path());
  const auto store = Store::Open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code, ErrorCode::kCorrupt) << store.error().message;
  EXPECT_EQ(Contents(folder.path()).at("hypergauge.db"), before.at("hypergauge.db"));
}

TEST(StoreTest, AFolderThatIsAFileIsNamed) {
  const TempDir folder;
  const auto file = folder.Write("file", "");
  const auto store = Store::Open(file);
  ASSERT_FALSE(store.has_value());
  EXPECT_NE(store.error().message.find(file.string()), std::string::npos);
}

// A limit on the size of files stands in for a full disk: the kernel refuses the write all the
// same.
TEST(StoreTest, WhatCannotBeWrittenIsNotAcknowledgedAndGoesThroughOnceThereIsRoom) {
  const TempDir folder;
  const auto store = MustOpen(folder.path());
  ASSERT_TRUE(PutNode(*store, "a").has_value());
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 32 * 1024;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  auto large = MakeRun("a", 1);
  for (int i = 0; i < 10'000; ++i) large.mutable_measures(0)->add_samples(i);
  const auto refused = PutRun(*store, large);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, previous);
  EXPECT_FALSE(refused.has_value());
  const auto stored = PutRun(*store, large);
  ASSERT_TRUE(stored.has_value()) << stored.error().message;
  EXPECT_TRUE(*stored);
}

}  // namespace
}  // namespace hypergauge::aggregator
