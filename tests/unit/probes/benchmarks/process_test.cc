#include "probes/benchmarks/process.h"

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

constexpr std::chrono::minutes kLimit(5);  // never reached

ProcessPlan Shell(const std::string& script, const std::filesystem::path& folder) {
  return {.argv = {"/bin/sh", "-c", script},
          .environment = SmallEnvironment(folder),
          .folder = folder,
          .input = {},
          .limit = kLimit};
}

// Zombies of another parent count as gone.
bool IsGone(pid_t id) {
  if (kill(id, 0) != 0) return errno == ESRCH;
  const auto stat = ReadFile("/proc/" + std::to_string(id) + "/stat");
  return stat.empty() || stat.find(") Z ") != std::string::npos;
}

TEST(Process, GivesOutputAndExitCode) {
  const TempDir folder;
  const auto done = RunToEnd(Shell("echo out; echo err >&2; pwd; exit 7", folder.path()));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit_code, 7);
  EXPECT_EQ(done->signal, 0);
  EXPECT_EQ(done->out, "out\n" + folder.path().string() + "\n");
  EXPECT_EQ(done->err, "err\n");
}

TEST(Process, InheritsASmallEnvironment) {
  const TempDir folder;
  setenv("CFLAGS", "-O0", 1);
  const auto done = RunToEnd(Shell("echo $CFLAGS $HOME $TMPDIR $LC_ALL", folder.path()));
  unsetenv("CFLAGS");
  ASSERT_TRUE(done) << done.error().message;
  const auto name = folder.path().string();
  EXPECT_EQ(done->out, name + " " + name + " C\n");
}

TEST(Process, TellsASignal) {
  const TempDir folder;
  EXPECT_EQ(RunToEnd(Shell("kill -TERM $$", folder.path())).value().signal, SIGTERM);
}

TEST(Process, ThatCannotBeStartedIsNamed) {
  const TempDir folder;
  auto plan = Shell("", folder.path());
  plan.argv = {"/no/such/program"};
  const auto done = RunToEnd(plan);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->exit_code, 127);
  EXPECT_EQ(done->err, "cannot start /no/such/program: No such file or directory\n");
}

TEST(Process, IsStoppedWithAllItsChildren) {
  const TempDir folder;
  const auto pids = folder.path() / "pids";
  const auto script = "sleep 1000 & echo $! $$ > part; mv part pids; wait";
  auto command = Shell(script, folder.path());
  command.stopped = [&] { return std::filesystem::exists(pids); };
  const auto done = RunToEnd(command);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kCancelled);
  pid_t child = 0;
  pid_t shell = 0;
  std::ifstream(pids) >> child >> shell;
  ASSERT_GT(child, 0);
  EXPECT_TRUE(Eventually(std::chrono::seconds(10), [&] { return IsGone(child); }));
  EXPECT_TRUE(IsGone(shell));
}

TEST(Process, LeavesNoChildBehindThatHoldsTheOutput) {
  const TempDir folder;
  const auto done = RunToEnd(Shell("sleep 1000 & echo $!", folder.path()));
  ASSERT_TRUE(done) << done.error().message;
  const auto child = static_cast<pid_t>(std::stol(done->out));
  EXPECT_TRUE(Eventually(std::chrono::seconds(10), [&] { return IsGone(child); }));
}

TEST(Process, IsLookedForInPath) {
  const auto found = FindProgram("sh");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->is_absolute());
  const auto missing = FindProgram("no-such-program");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(missing.error().message, "no-such-program is not installed");
}

}  // namespace
}  // namespace hypergauge::probes
