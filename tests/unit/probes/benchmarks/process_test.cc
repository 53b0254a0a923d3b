#include "probes/benchmarks/cpu/command.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <fstream>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::Eventually;
using testing::ReadFile;
using testing::TempDir;

bool Never() {
  return false;
}

Command Shell(const std::string& script, const std::filesystem::path& folder) {
  return {.argv = {"sh", "-c", script}, .folder = folder, .stopped = Never};
}

// Zombies of another parent count as gone.
bool IsGone(pid_t id) {
  if (kill(id, 0) != 0) return errno == ESRCH;
  const auto stat = ReadFile("/proc/" + std::to_string(id) + "/stat");
  return stat.empty() || stat.find(") Z ") != std::string::npos;
}

TEST(Command, GivesOutputAndExitCode) {
  const TempDir folder;
  const auto done = RunCommand(Shell("echo out; echo err >&2; pwd; exit 7", folder.path()));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit_code, 7);
  EXPECT_EQ(done->output, "out\nerr\n" + folder.path().string() + "\n");
}

TEST(Command, InheritsNoCompilerFlagsAndNoCache) {
  const TempDir folder;
  const auto done = RunCommand(Shell("echo $CFLAGS $HOME $TMPDIR $CCACHE_DISABLE", folder.path()));
  ASSERT_TRUE(done) << done.error().message;
  const auto name = folder.path().string();
  EXPECT_EQ(done->output, name + " " + name + " 1\n");
}

TEST(Command, KeepsNoMoreThanTheFirst64KibibytesOfOutput) {
  const TempDir folder;
  const auto done = RunCommand(Shell("head -c 1000000 /dev/zero", folder.path()));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit_code, 0);
  EXPECT_EQ(done->output.size(), 65536U);
}

TEST(Command, TellsASignal) {
  const TempDir folder;
  EXPECT_EQ(RunCommand(Shell("kill -TERM $$", folder.path())).value().exit_code, 128 + SIGTERM);
}

TEST(Command, ThatCannotBeStartedIsNamed) {
  const TempDir folder;
  const auto done =
      RunCommand({.argv = {"no-such-program"}, .folder = folder.path(), .stopped = Never});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
  EXPECT_NE(done.error().message.find("cannot start no-such-program"), std::string::npos);
}

TEST(Command, IsStoppedWithAllItsChildren) {
  const TempDir folder;
  const auto pids = folder.path() / "pids";
  const auto script = "sleep 1000 & echo $! $$ > part; mv part pids; wait";
  auto command = Shell(script, folder.path());
  command.stopped = [&] { return std::filesystem::exists(pids); };
  const auto done = RunCommand(command);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  pid_t child = 0;
  pid_t shell = 0;
  std::ifstream(pids) >> child >> shell;
  ASSERT_GT(child, 0);
  EXPECT_TRUE(Eventually(std::chrono::seconds(10), [&] { return IsGone(child); }));
  EXPECT_TRUE(IsGone(shell));
}

TEST(Command, LeavesNoChildBehindThatHoldsTheOutput) {
  const TempDir folder;
  const auto done = RunCommand(Shell("sleep 1000 & echo $!", folder.path()));
  ASSERT_TRUE(done) << done.error().message;
  const auto child = static_cast<pid_t>(std::stol(done->output));
  EXPECT_TRUE(Eventually(std::chrono::seconds(10), [&] { return IsGone(child); }));
}

TEST(Command, IsLookedForInPath) {
  EXPECT_TRUE(IsInPath("sh"));
  EXPECT_FALSE(IsInPath("no-such-program"));
}

}  // namespace
}  // namespace hypergauge::probes
