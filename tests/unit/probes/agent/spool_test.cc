#include "probes/agent/spool.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "probes/agent/run_file.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/benchmarks/disk/file_size_limit.h"

namespace hypergauge::probes {
namespace {

using testing::ReadFile;
using testing::TempDir;

v1::NodeIdentity Identity(uint64_t epoch = 1) {
  v1::NodeIdentity identity;
  identity.set_node_id("12345678-1234-4234-8234-123456789012");
  identity.set_epoch(epoch);
  return identity;
}

v1::Run RunOf(const std::string& benchmark) {
  v1::Run run;
  run.set_benchmark(benchmark);
  return run;
}

class SpoolTest : public ::testing::Test {
 protected:
  void Open(const SpoolLimits& limits = {}) {
    spool_.reset();
    auto opened = Spool::Open(folder_.path() / "spool", Identity(), limits);
    ASSERT_TRUE(opened) << opened.error().message;
    spool_ = std::move(*opened);
  }

  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  void SetUp() override { Open(); }

  void Append(int count) const {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(spool_->Append(RunOf("null")));
  }

  [[nodiscard]] std::vector<uint64_t> Waiting() const {
    std::vector<uint64_t> sequences;
    for (auto run = spool_->Next(0); run; run = spool_->Next(sequences.back())) {
      sequences.push_back(run->id().sequence());
    }
    return sequences;
  }

  [[nodiscard]] std::filesystem::path PathOf(uint64_t sequence) const {
    return folder_.path() / "spool" / RunFileName(sequence);
  }

  using Sequences = std::vector<uint64_t>;

  TempDir folder_;
  std::unique_ptr<Spool> spool_;
};

TEST_F(SpoolTest, NumbersRunsFromOneAndGivesThemBackInOrder) {
  EXPECT_EQ(spool_->Append(RunOf("first")).value(), 1U);
  EXPECT_EQ(spool_->Append(RunOf("second")).value(), 2U);
  const auto first = spool_->Next(0);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->benchmark(), "first");
  EXPECT_EQ(first->id().node_id(), Identity().node_id());
  EXPECT_EQ(first->id().epoch(), 1U);
  EXPECT_EQ(first->id().sequence(), 1U);
  EXPECT_EQ(spool_->Next(1)->benchmark(), "second");
  EXPECT_FALSE(spool_->Next(2));
}

TEST_F(SpoolTest, KeepsRunsOverARestart) {
  Append(3);
  Open();
  EXPECT_EQ(Waiting(), (Sequences{1, 2, 3}));
  EXPECT_EQ(spool_->Append(RunOf("null")).value(), 4U);
  EXPECT_EQ(spool_->State().waiting_runs(), 4U);
  EXPECT_GT(spool_->State().waiting_bytes(), 0U);
}

TEST_F(SpoolTest, TrimsWhatIsAcknowledged) {
  Append(5);
  spool_->Acknowledge(3);
  EXPECT_EQ(Waiting(), (Sequences{4, 5}));
  EXPECT_FALSE(std::filesystem::exists(PathOf(3)));
  spool_->Acknowledge(2);  // an old one, late
  EXPECT_EQ(Waiting(), (Sequences{4, 5}));
}

TEST_F(SpoolTest, GoesOnCountingAfterARestartWithAllAcknowledged) {
  Append(5);
  spool_->Acknowledge(5);
  EXPECT_EQ(Waiting(), Sequences{});
  EXPECT_EQ(spool_->State().waiting_runs(), 0U);
  Open();
  spool_->Acknowledge(5);
  EXPECT_EQ(Waiting(), Sequences{});
  EXPECT_EQ(spool_->Append(RunOf("null")).value(), 6U);
  EXPECT_FALSE(std::filesystem::exists(PathOf(5)));
  EXPECT_EQ(Waiting(), Sequences{6});
}

TEST_F(SpoolTest, GoesOnBehindTheAggregatorWhenTheFolderWasSetBack) {
  Append(2);
  spool_->ContinueBehind(1);
  spool_->ContinueBehind(50);
  EXPECT_EQ(Waiting(), (Sequences{1, 2}));
  EXPECT_EQ(spool_->Append(RunOf("null")).value(), 51U);
}

TEST_F(SpoolTest, SetsRejectedRunsAside) {
  Append(3);
  spool_->Reject(2);
  spool_->Reject(2);
  spool_->Reject(99);
  EXPECT_EQ(Waiting(), (Sequences{1, 3}));
  EXPECT_EQ(spool_->State().rejected_runs(), 1U);
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "spool/rejected" / RunFileName(2)));
}

TEST_F(SpoolTest, GivesTheNumberOfARejectedRunToNoOther) {
  Append(3);
  spool_->Reject(3);
  Open();
  EXPECT_EQ(spool_->State().rejected_runs(), 1U);
  EXPECT_EQ(spool_->Append(RunOf("null")).value(), 4U);
}

TEST_F(SpoolTest, DropsTheOldestOverTheNumberOfRuns) {
  Open({.runs = 3});
  Append(5);
  EXPECT_EQ(Waiting(), (Sequences{3, 4, 5}));
  EXPECT_EQ(spool_->State().dropped_runs(), 2U);
  EXPECT_FALSE(std::filesystem::exists(PathOf(1)));
}

TEST_F(SpoolTest, DropsTheOldestOverTheBytes) {
  const uint64_t size = EncodeRunFile(RunOf("null"))->size();
  Open({.bytes = 3 * (size + 60)});  // the id makes it longer
  Append(10);
  EXPECT_LE(spool_->State().waiting_bytes(), 3 * (size + 60));
  EXPECT_GE(spool_->State().waiting_runs(), 2U);
  EXPECT_EQ(Waiting().back(), 10U);
}

TEST_F(SpoolTest, SetsFilesAsideThatWereCutAtAnyByte) {
  Append(1);
  const std::string whole = ReadFile(PathOf(1));
  for (size_t length = 0; length < whole.size(); ++length) {
    folder_.Write("spool/" + RunFileName(1), whole.substr(0, length));
    folder_.Write("spool/" + RunFileName(2), whole);  // number 1 under another name
    Open();
    Append(1);
    EXPECT_EQ(Waiting(), Sequences{3}) << length;
    EXPECT_EQ(spool_->State().dropped_runs(), 2U);
    EXPECT_EQ(ReadFile(folder_.path() / "spool/damaged" / RunFileName(1)).size(), length);
    std::filesystem::remove_all(folder_.path() / "spool");
    std::filesystem::create_directories(folder_.path() / "spool");
  }
}

TEST_F(SpoolTest, SetsRunsOfAnotherEpochAside) {
  Append(2);
  const auto other = Spool::Open(folder_.path() / "spool", Identity(2), {});
  ASSERT_TRUE(other);
  EXPECT_FALSE((*other)->Next(0));
  EXPECT_EQ((*other)->Append(RunOf("null")).value(), 3U);
}

TEST_F(SpoolTest, IgnoresAndClearsWhatACrashLeft) {
  const auto left = folder_.Write("spool/" + RunFileName(1) + ".tmp", "half a ru");
  folder_.Write("spool/README", "not ours");
  Open();
  EXPECT_FALSE(std::filesystem::exists(left));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "spool/README"));
  EXPECT_EQ(spool_->Append(RunOf("null")).value(), 1U);
}

TEST_F(SpoolTest, IsNotBlockedByAFolderInAFilesPlace) {
  Append(1);
  std::filesystem::create_directories(PathOf(2));
  Open();
  Append(1);
  EXPECT_EQ(Waiting(), (Sequences{1, 3}));
}

TEST_F(SpoolTest, SaysThatTheDiskIsFullAndGoesOnWhenThereIsRoomAgain) {
  Append(1);
  {
    const FileSizeLimit full(10);
    const auto lost = spool_->Append(RunOf("null"));
    ASSERT_FALSE(lost);
    EXPECT_NE(lost.error().message.find(PathOf(2).string()), std::string::npos);
  }
  EXPECT_EQ(spool_->State().dropped_runs(), 1U);
  EXPECT_FALSE(std::filesystem::exists(PathOf(2).string() + ".tmp"));
  EXPECT_EQ(spool_->Append(RunOf("null")).value(), 2U);
  EXPECT_EQ(Waiting(), (Sequences{1, 2}));
}

TEST_F(SpoolTest, NamesAFolderThatCannotBeMade) {
  const auto file = folder_.Write("file", "");
  const auto spool = Spool::Open(file / "spool", Identity());
  ASSERT_FALSE(spool);
  EXPECT_NE(spool.error().message.find(file.string()), std::string::npos);
}

// A child appends and tells each number when it is durable, until it is killed at some point.
uint64_t AppendUntilKilled(const std::filesystem::path& folder, uint64_t kill_after) {
  std::array<int, 2> fds{};
  EXPECT_EQ(pipe(fds.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto spool = Spool::Open(folder, Identity());
    for (;;) {
      const uint64_t sequence = (*spool)->Append(RunOf("null")).value_or(0);
      if (write(fds[1], &sequence, sizeof sequence) != sizeof sequence) _exit(1);
    }
  }
  close(fds[1]);
  uint64_t sequence = 0;
  for (uint64_t i = 0; i < kill_after; ++i) {
    EXPECT_EQ(read(fds[0], &sequence, sizeof sequence), ssize_t{sizeof sequence});
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(fds[0], &sequence, sizeof sequence) == ssize_t{sizeof sequence}) {
  }
  close(fds[0]);
  return sequence;
}

TEST_F(SpoolTest, LosesNoDurableRunWhenItsProcessIsKilled) {
  uint64_t expected = 0;
  for (uint64_t round = 1; round <= 10; ++round) {
    const uint64_t told = AppendUntilKilled(folder_.path() / "spool", round);
    EXPECT_GE(told, expected + round);
    Open();
    const auto waiting = Waiting();
    // One more may have become durable before its number was told.
    ASSERT_GE(waiting.size(), told);
    ASSERT_LE(waiting.size(), told + 1);
    for (size_t i = 0; i < waiting.size(); ++i) EXPECT_EQ(waiting[i], i + 1);
    EXPECT_EQ(spool_->State().dropped_runs(), 0U);
    expected = waiting.size();
  }
}

}  // namespace
}  // namespace hypergauge::probes
