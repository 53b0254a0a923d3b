#include "probes/benchmarks/kernel/children.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "build_paths.h"
#include "tests/support/process.h"

namespace hypergauge::probes {
namespace {

pid_t ChildThat(void (*body)()) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  return child;
}

TEST(Children, ExitWithWhatTheyWereGiven) {
  EXPECT_TRUE(ExpectExit(ChildThat([] { _exit(42); }), 42));
}

TEST(Children, ThatExitOtherwiseAreWrong) {
  const auto wrong = ExpectExit(ChildThat([] { _exit(41); }), 42);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "a child exited with 41 instead of 42");
}

TEST(Children, ThatASignalEndsAreWrong) {
  const auto wrong = ExpectExit(ChildThat([] { raise(SIGKILL); }), 42);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "a child was ended by signal 9");
}

TEST(Children, ThatWereNeverMadeAreNamed) {
  const auto none = WaitForExit(getpid());  // no child of its own
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("waitpid " + std::to_string(getpid())), std::string::npos);
}

TEST(Children, HaveAStatusThatTellsThemFromEachOther) {
  for (int64_t i = 0; i < 1000; ++i) {
    EXPECT_GT(StatusOf(i), 0);
    EXPECT_LT(StatusOf(i), 256);
    EXPECT_NE(StatusOf(i), StatusOf(i + 1));
  }
}

TEST(ProgramThatExecStarts, ExitsAtOnceWithItsArgument) {
  const auto finished =
      testing::RunProcess({HYPERGAUGE_BIN_DIR "/hypergauge-bench", "--exit-at-once-with", "42"});
  EXPECT_EQ(finished.exit_code, 42);
  EXPECT_EQ(finished.output, "");
}

}  // namespace
}  // namespace hypergauge::probes
