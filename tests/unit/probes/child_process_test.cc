#include "probes/child_process.h"

#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/process.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ChildProcess::Deadline In(seconds time) {
  return std::chrono::steady_clock::now() + time;
}

ChildProcess Shell(const std::string& script) {
  return ChildProcess::Start({"/bin/sh", "-c", script}).value();
}

std::vector<std::string> AllLines(ChildProcess& child) {
  std::vector<std::string> lines;
  while (auto line = child.NextLine(In(seconds(20)), {}).value()) lines.push_back(*line);
  return lines;
}

TEST(ChildProcess, ReadsLinesTheLastOneWithoutNewlineToo) {
  auto child = Shell("printf 'one\\ntwo\\n\\nlast'");
  EXPECT_EQ(AllLines(child), (std::vector<std::string>{"one", "two", "", "last"}));
  EXPECT_TRUE(child.Finish(seconds(20)).ok());
}

TEST(ChildProcess, TellsHowTheChildEnded) {
  auto exits = Shell("exit 3");
  EXPECT_EQ(Describe(exits.Finish(seconds(20))), "ended with exit code 3");
  auto dies = Shell("kill -SEGV $$");
  EXPECT_EQ(Describe(dies.Finish(seconds(20))), "was killed by signal 11 (Segmentation fault)");
}

TEST(ChildProcess, KeepsTheTailOfStandardError) {
  auto child = Shell("i=0; while [ $i -lt 500 ]; do echo line $i >&2; i=$((i+1)); done; echo done");
  EXPECT_EQ(AllLines(child), std::vector<std::string>{"done"});
  static_cast<void>(child.Finish(seconds(20)));
  EXPECT_LE(child.error_tail().size(), 2048U);
  EXPECT_TRUE(child.error_tail().ends_with("line 499\n"));
}

TEST(ChildProcess, GivesUpAtTheDeadline) {
  auto child = Shell("exec sleep 600");
  const auto line = child.NextLine(std::chrono::steady_clock::now() + milliseconds(20), {});
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, ErrorCode::kDeadlineExceeded);
  child.Terminate();
  EXPECT_EQ(child.Finish(seconds(20)).signal, SIGTERM);
}

TEST(ChildProcess, StopsReadingOnRequest) {
  auto child = Shell("exec sleep 600");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(child.NextLine(In(seconds(20)), stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST(ChildProcess, RefusesALineWithoutEnd) {
  auto child = Shell("exec cat /dev/zero");
  EXPECT_EQ(child.NextLine(In(seconds(30)), {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(ChildProcess, KillsWhatIgnoresSigtermAndAllItStarted) {
  auto child = Shell("trap '' TERM; sleep 600 & echo $!; wait; wait");
  const pid_t grandchild = std::stoi(child.NextLine(In(seconds(20)), {}).value().value());
  child.Terminate();
  EXPECT_EQ(child.Finish(milliseconds(1)).signal, SIGKILL);
  EXPECT_TRUE(testing::Eventually(seconds(20), [&] {
    // Until init has reaped it, a killed process is still there as a zombie.
    const auto state = testing::RunProcess(
        {"/bin/sh", "-c", "cut -d' ' -f3 /proc/" + std::to_string(grandchild) + "/stat"});
    return state.exit_code != 0 || state.output.starts_with("Z");
  }));
}

TEST(ChildProcess, StartsChildrenWithoutBlockedSignalsAndForeignDescriptors) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  // A pipeline, or ls in the shell's place, would have descriptors of its own.
  auto child = Shell("grep SigBlk /proc/self/status; ls /proc/$$/fd; true");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(AllLines(child),
            (std::vector<std::string>{"SigBlk:\t0000000000000000", "0", "1", "2"}));
}

TEST(ChildProcess, NamesAProgramThatDoesNotExist) {
  const auto child = ChildProcess::Start({"/nowhere/program"});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::kNotFound);
  EXPECT_NE(child.error().message.find("/nowhere/program"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
