#include "probes/cycle_estimate.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

CycleProgress At(const char* benchmark, int finished, int samples = 0, double used = 0) {
  return {.benchmark = benchmark,
          .finished = finished,
          .total = 4,
          .samples = samples,
          .budget_used = used};
}

TEST(CycleEstimate, KnowsNothingBeforeTheFirstAndAfterTheLast) {
  CycleEstimate estimate(seconds(10));
  EXPECT_FALSE(estimate.Left(seconds(0)));
  estimate.Note(At("", 4), seconds(3));
  EXPECT_FALSE(estimate.Left(seconds(3)));
}

TEST(CycleEstimate, TakesTheBudgetForTheFirst) {
  CycleEstimate estimate(seconds(10));
  estimate.Note(At("a", 0), seconds(100));
  const auto left = estimate.Left(seconds(104));
  ASSERT_TRUE(left);
  EXPECT_EQ(left->benchmark, seconds(6));
  EXPECT_EQ(left->cycle, seconds(36));
}

TEST(CycleEstimate, TakesTheMeanOfThoseThatFinished) {
  CycleEstimate estimate(seconds(10));
  estimate.Note(At("a", 0), seconds(0));
  estimate.Note(At("b", 1), seconds(2));
  estimate.Note(At("c", 2), seconds(6));
  const auto left = estimate.Left(seconds(7));
  ASSERT_TRUE(left);
  EXPECT_EQ(left->benchmark, seconds(2));
  EXPECT_EQ(left->cycle, seconds(5));
}

TEST(CycleEstimate, GivesASlowOneWhatItsBudgetLeaves) {
  CycleEstimate estimate(seconds(10));
  estimate.Note(At("a", 0), seconds(0));
  estimate.Note(At("b", 1), seconds(2));
  estimate.Note(At("b", 1, 2, 0.5), seconds(7));
  EXPECT_EQ(estimate.Left(seconds(8))->benchmark, seconds(4));
  EXPECT_EQ(estimate.Left(seconds(60))->benchmark, seconds(0));
}

TEST(CycleEstimate, PromisesNoMoreThanTheBudgetLeaves) {
  CycleEstimate estimate(seconds(10));
  estimate.Note(At("a", 0), seconds(0));
  estimate.Note(At("a", 0, 4, 0.75), seconds(2));
  EXPECT_EQ(estimate.Left(seconds(2))->benchmark, std::chrono::milliseconds(2500));
}

TEST(CycleEstimate, TellsTwoRoundsOfOneBenchmarkApart) {
  CycleEstimate estimate(seconds(10));
  estimate.Note(At("a", 0), seconds(0));
  estimate.Note(At("a", 1), seconds(3));
  EXPECT_EQ(estimate.Left(seconds(4))->benchmark, seconds(2));
}

TEST(ProgressText, SaysWhereItStands) {
  EXPECT_EQ(ProgressText(At("cpu_zlib", 2, 4), {seconds(1), seconds(14)}, 80),
            "[3/4] cpu_zlib: 4 samples, 1 s left; all: 14 s left");
  EXPECT_EQ(ProgressText(At("a", 0), {seconds(61), hours(2)}, 80),
            "[1/4] a: 0 samples, 1 min 01 s left; all: 2 h 00 min left");
}

TEST(ProgressText, FitsIntoTheTerminal) {
  EXPECT_EQ(ProgressText(At("cpu_zlib", 2, 4), {seconds(1), seconds(14)}, 12), "[3/4] cpu_z");
}

}  // namespace
}  // namespace hypergauge::probes
