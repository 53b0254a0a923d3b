#include "aggregator/ingest/run_time.h"

#include <gtest/gtest.h>

#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time kStart = seconds(1'700'000'000);

v1::Run RunOf(Time wall) {
  auto run = testing::MakeRun("a", 1);
  run.set_wall_nanos(wall.count());
  run.set_received_unix_nanos((kStart + hours(1)).count());
  return run;
}

void Compare(v1::Run& run, double ratio, double error, Time offset = {}) {
  auto& evidence = *run.mutable_clock();
  evidence.set_offset_nanos(offset.count());
  auto& added = *evidence.add_ratios();
  added.set_clock("CLOCK_MONOTONIC_RAW");
  added.set_ratio(ratio);
  added.set_error(error);
}

TEST(RunTimeTest, WithoutAComparisonTheNodesClockIsTakenWithinSeconds) {
  const auto time = RunTimeOf(RunOf(seconds(10)));
  EXPECT_EQ(time.start, kStart);
  EXPECT_EQ(time.end, kStart + seconds(10));
  EXPECT_EQ(time.error, seconds(5));
  EXPECT_TRUE(time.is_known);
}

TEST(RunTimeTest, AComparedClockIsCorrected) {
  auto run = RunOf(seconds(10));
  Compare(run, 1, 0.001, hours(-3));
  const auto time = RunTimeOf(run);
  EXPECT_EQ(time.end, kStart + hours(1)) << "no run ends after it was received";
  run.set_received_unix_nanos((kStart + hours(9)).count());
  EXPECT_EQ(RunTimeOf(run).start, kStart + hours(3));
  EXPECT_EQ(RunTimeOf(run).end, kStart + hours(3) + seconds(10));
  EXPECT_EQ(RunTimeOf(run).error, milliseconds(50));
}

TEST(RunTimeTest, TheErrorGrowsWithTheRunAndWithWhatItsClockGained) {
  auto run = RunOf(seconds(100));
  Compare(run, 1, 0.01);
  EXPECT_EQ(RunTimeOf(run).error, seconds(1));
  run.mutable_clock()->mutable_ratios(0)->set_ratio(0.5);
  EXPECT_EQ(RunTimeOf(run).error, seconds(51));
  run.mutable_clock()->mutable_ratios(0)->set_ratio(1e6);
  EXPECT_EQ(RunTimeOf(run).error, hours(1));
}

TEST(RunTimeTest, AClockThatWasSteppedTellsNothing) {
  auto run = RunOf(seconds(10));
  Compare(run, 1, 0.001);
  run.mutable_clock()->set_stepped(true);
  EXPECT_FALSE(RunTimeOf(run).is_known);
}

TEST(RunTimeTest, TheLargestNumbersThatAreLetThroughDoNotOverflow) {
  constexpr int64_t kLargest = 4'000'000'000'000'000'000;
  for (const int64_t offset : {-kLargest, kLargest}) {
    for (const int64_t started : {int64_t{1}, kLargest}) {
      auto run = RunOf(hours(24 * 366));
      run.set_started_unix_nanos(started);
      run.set_received_unix_nanos(0);
      Compare(run, 1e6, 1e6, Time(offset));
      const auto time = RunTimeOf(run);
      EXPECT_EQ(time.start.count(), started - offset);
      EXPECT_EQ(time.end - time.start, hours(24 * 366));
    }
  }
}

}  // namespace
}  // namespace hypergauge::aggregator
