#include "probes/platform/process_tree.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;
using testing::TempDir;

std::string Stat(int user, int system, int children) {
  return "7 (x (y) z) S 1 7 7 0 -1 4194304 100 0 0 0 " + std::to_string(user) + " " +
         std::to_string(system) + " " + std::to_string(children) + " 0 20 0 1 0 12345\n";
}

nanoseconds Ticks(int count) {
  return std::chrono::milliseconds(count * 1000 / sysconf(_SC_CLK_TCK));
}

TEST(ReadTreeTimes, AddsUpThreadsAndDescendants) {
  const TempDir proc;
  proc.Write("7/stat", Stat(100, 20, 3));
  proc.Write("7/task/7/schedstat", "1 500 1\n");
  proc.Write("7/task/7/children", "9 ");
  proc.Write("7/task/8/schedstat", "1 300 1\n");
  proc.Write("7/task/8/children", "");
  proc.Write("9/stat", Stat(50, 0, 0));
  proc.Write("9/task/9/schedstat", "1 200 1\n");
  proc.Write("9/task/9/children", "10 \n");  // which is gone already
  const auto times = ReadTreeTimes(proc.path(), 7);
  EXPECT_EQ(times.cpu, Ticks(173));
  EXPECT_EQ(times.waiting, nanoseconds(1000));
}

TEST(ReadTreeTimes, CountsNothingForAProcessThatIsNotThere) {
  const TempDir proc;
  EXPECT_EQ(ReadTreeTimes(proc.path(), 7).cpu.count(), 0);
  proc.Write("7/stat", "7 cut off");
  EXPECT_EQ(ReadTreeTimes(proc.path(), 7).cpu.count(), 0);
}

TEST(ReadTreeTimes, SurvivesAProcessThatIsItsOwnChild) {
  const TempDir proc;
  proc.Write("7/stat", Stat(1, 0, 0));
  proc.Write("7/task/7/schedstat", "1 1 1\n");
  proc.Write("7/task/7/children", "7 ");
  EXPECT_GE(ReadTreeTimes(proc.path(), 7).cpu, Ticks(1));
}

TEST(ReadTreeTimes, ReadsThisProcess) {
  // At least a tick has been used by now, or is after some work.
  volatile uint64_t sink = 0;
  while (ReadTreeTimes("/proc", getpid()).cpu.count() == 0) {
    for (int i = 0; i < 1'000'000; ++i) sink = sink + 1;
  }
  EXPECT_GT(ReadTreeTimes("/proc", getpid()).cpu.count(), 0);
}

TEST(ReadTreeTimes, OfNumbersThatDoNotFitAreTheLargest) {
  const TempDir proc;
  proc.Write("7/stat",
             "7 (a) S 0 1 1 0 -1 4 5 6 7 8 18446744073709551615 18446744073709551615 1 1\n");
  proc.Write("7/task/7/schedstat", "1 9223372036854775807 1\n");
  proc.Write("7/task/8/schedstat", "1 9223372036854775807 1\n");
  proc.Write("7/task/9/schedstat", "1 -9223372036854775808 1\n");
  const auto times = ReadTreeTimes(proc.path(), 7);
  EXPECT_EQ(times.cpu, nanoseconds::max());
  EXPECT_EQ(times.waiting, nanoseconds::max());
}

// It ends: without a bound this would be three to the sixteenth.
TEST(ReadTreeTimes, OfAProcessThatIsItsOwnChildAreBounded) {
  const TempDir proc;
  proc.Write("7/stat", Stat(1, 0, 0));
  proc.Write("7/task/7/children", "7 7 7 ");
  EXPECT_EQ(ReadTreeTimes(proc.path(), 7).cpu, Ticks(4096));
}

}  // namespace
}  // namespace hypergauge::probes
