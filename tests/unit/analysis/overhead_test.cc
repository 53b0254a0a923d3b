#include "aggregator/analysis/overhead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace hypergauge::analysis {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using Values = std::vector<double>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// About normal: twelve uniform values, so that no library's distribution decides.
double Normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
  return sum;
}

Values Noisy(size_t count, double level, double deviation, uint64_t seed) {
  std::mt19937_64 random(seed);
  Values values(count);
  for (auto& value : values) value = level + deviation * Normal(random);
  return values;
}

TEST(LogRatioTest, PositiveIsASlowerGuestWhicheverDirectionIsBetter) {
  EXPECT_DOUBLE_EQ(*LogRatio({1, {1.0}, {2.0}}, false), std::log(2.0));
  EXPECT_NEAR(*LogRatio({1, {100.0}, {50.0}}, true), std::log(2.0), 1e-12);
}

TEST(LogRatioTest, TakesOutASteadyDriftOfTheMachine) {
  // host, guest, guest, host: every turn 10 % slower than the one before, the guest 1.5 times.
  const Block block{1, {1.0, 1.331}, {1.5 * 1.1, 1.5 * 1.21}};
  EXPECT_NEAR(*LogRatio(block, false), std::log(1.5), 1e-12);
}

TEST(LogRatioTest, LeavesOutWhatHasNoLogarithm) {
  EXPECT_DOUBLE_EQ(*LogRatio({1, {1.0, 0.0}, {kNan, 2.0, -1, kInfinity}}, false), std::log(2.0));
  EXPECT_FALSE(LogRatio({1, {}, {1.0}}, false));
  EXPECT_FALSE(LogRatio({1, {1.0}, {0.0}}, false));
}

TEST(OverheadTest, NothingFollowsFromNothing) {
  EXPECT_FALSE(OverheadOf({}));
  EXPECT_FALSE(OverheadOf(Values{kNan, kInfinity}));
}

TEST(OverheadTest, OneBlockHasARatioAndNothingElse) {
  const auto overhead = OverheadOf(Values{std::log(1.2)});
  ASSERT_TRUE(overhead);
  EXPECT_DOUBLE_EQ(overhead->ratio, 1.2);
  EXPECT_FALSE(overhead->interval);
  EXPECT_FALSE(overhead->missing_for_2_percent);
  EXPECT_FALSE(overhead->smallest_detectable);
  EXPECT_EQ(overhead->answer, Answer::kInconclusive);
}

TEST(OverheadTest, TwoBlocksSayHowManyAreMissing) {
  const auto overhead = OverheadOf(Values{0.1, 0.1});
  ASSERT_TRUE(overhead);
  EXPECT_EQ(overhead->missing_for_2_percent, 4U);  // of the six that an interval takes
  EXPECT_FALSE(overhead->interval);
}

// By hand, with Python's statistics.
TEST(OverheadTest, SevenBlocksHaveTheFiguresOfTheBooks) {
  const auto overhead = OverheadOf(Values{0.10, 0.12, 0.08, 0.11, 0.09, 0.13, 0.07});
  ASSERT_TRUE(overhead);
  EXPECT_NEAR(overhead->ratio, 1.1051709180756477, 1e-12);
  EXPECT_NEAR(overhead->deviation, 0.021602468994692866, 1e-12);
  ASSERT_TRUE(overhead->interval);  // of 7 values the extremes hold the median in 98.4 %
  EXPECT_NEAR(overhead->interval->low, std::exp(0.07), 1e-12);
  EXPECT_NEAR(overhead->interval->high, std::exp(0.13), 1e-12);
  EXPECT_EQ(overhead->missing_for_2_percent, 15U - 7U);
  EXPECT_EQ(overhead->missing_for_5_percent, 0U);
  EXPECT_NEAR(*overhead->smallest_detectable, 0.028989631313734252, 1e-12);
  EXPECT_EQ(overhead->answer, Answer::kDifferent);
}

TEST(OverheadTest, NoIntervalBelowSixBlocks) {
  EXPECT_FALSE(OverheadOf(Values(5, 0.1))->interval);
  EXPECT_TRUE(OverheadOf(Values(6, 0.1))->interval);
}

TEST(OverheadTest, TheBootstrapBeginsAtTwentyBlocks) {
  Values values(20);
  for (size_t i = 0; i < values.size(); ++i) values[i] = 0.01 * static_cast<double>(i + 1);
  const auto twenty = OverheadOf(values);
  EXPECT_NEAR(std::log(twenty->interval->low), 0.06, 1e-12);  // closed form, by Python
  EXPECT_NEAR(std::log(twenty->interval->high), 0.15, 1e-12);
  values.pop_back();
  const auto nineteen = OverheadOf(values);
  EXPECT_NEAR(std::log(nineteen->interval->low), 0.05, 1e-12);  // qbinom(0.025, 19, 0.5) is 5
  EXPECT_NEAR(std::log(nineteen->interval->high), 0.15, 1e-12);
}

TEST(OverheadTest, ThreeAnswers) {
  EXPECT_EQ(OverheadOf(Values(6, 0.0))->answer, Answer::kEquivalent);
  EXPECT_EQ(OverheadOf(Values(6, 0.019))->answer, Answer::kEquivalent);
  EXPECT_EQ(OverheadOf(Values(6, -0.019))->answer, Answer::kEquivalent);
  EXPECT_EQ(OverheadOf(Values(6, 0.021))->answer, Answer::kDifferent);
  EXPECT_EQ(OverheadOf(Values(6, -0.021))->answer, Answer::kDifferent);
  EXPECT_EQ(OverheadOf(Values{-0.1, 0.1, 0, 0.2, -0.2, 0.3})->answer, Answer::kInconclusive);
}

TEST(OverheadTest, AGuestThatIsTooFastIsFlaggedAndNeverClipped) {
  const auto fast = OverheadOf(Values(6, -std::log(1.39)));
  EXPECT_TRUE(fast->super_native);
  EXPECT_NEAR(fast->ratio, 1 / 1.39, 1e-12);
  EXPECT_FALSE(OverheadOf(Values(6, -std::log(1.049)))->super_native);
  EXPECT_FALSE(OverheadOf(Values(6, std::log(1.39)))->super_native);
}

TEST(OverheadTest, AllEqualBlocksHaveAPointForAnInterval) {
  const auto overhead = OverheadOf(Values(40, 0.3));
  EXPECT_EQ(overhead->interval->low, overhead->interval->high);
  EXPECT_NEAR(overhead->deviation, 0, 1e-15);
  EXPECT_EQ(overhead->missing_for_2_percent, 0U);
}

TEST(OverheadTest, HugeRatiosStayFinite) {
  const auto overhead = OverheadOf(Values{700, 700, 700, 700, 700, -700});
  ASSERT_TRUE(overhead);
  EXPECT_TRUE(std::isfinite(overhead->ratio));
  EXPECT_LE(*overhead->missing_for_2_percent, 1'000'000'000U);
  EXPECT_EQ(BlocksFor(1e300, 0.02), 1'000'000'000U);
}

TEST(OverheadTest, OrderPlaysNoPart) {
  std::mt19937_64 random(3);
  for (const size_t count : {2, 6, 19, 20, 41}) {
    auto values = Noisy(count, 0.1, 0.05, count);
    const auto before = OverheadOf(values);
    std::shuffle(values.begin(), values.end(), random);
    const auto after = OverheadOf(values);
    EXPECT_EQ(before->ratio, after->ratio);
    EXPECT_EQ(before->deviation, after->deviation);
    EXPECT_EQ(before->missing_for_2_percent, after->missing_for_2_percent);
    ASSERT_EQ(before->interval.has_value(), after->interval.has_value());
    if (!before->interval) continue;
    EXPECT_EQ(before->interval->low, after->interval->low);
    EXPECT_EQ(before->interval->high, after->interval->high);
  }
}

TEST(OverheadTest, ASlowerGuestShiftsRatioAndIntervalAlike) {
  for (const size_t count : {7, 30}) {
    auto values = Noisy(count, 0.0, 0.05, count);
    const auto before = OverheadOf(values);
    for (auto& value : values) value += std::log(3.0);
    const auto after = OverheadOf(values);
    EXPECT_NEAR(after->ratio, 3 * before->ratio, 1e-9);
    EXPECT_NEAR(after->interval->low, 3 * before->interval->low, 1e-9);
    EXPECT_NEAR(after->interval->high, 3 * before->interval->high, 1e-9);
    EXPECT_NEAR(after->deviation, before->deviation, 1e-9);
  }
}

TEST(OverheadTest, ExchangedSidesGiveTheReciprocalAndTheSameAnswer) {
  for (const double level : {0.0, 0.0195, 0.05, 0.3}) {
    auto values = Noisy(24, level, 0.01, 11);
    const auto one = OverheadOf(values);
    for (auto& value : values) value = -value;
    const auto other = OverheadOf(values);
    EXPECT_NEAR(one->ratio * other->ratio, 1, 1e-9);
    EXPECT_NEAR(one->interval->low * other->interval->high, 1, 1e-9);
    EXPECT_EQ(one->answer, other->answer);
  }
}

// Units play no part: a host and a guest in milliseconds have the ratio that they have in seconds.
TEST(LogRatioTest, IsIndifferentToTheUnit) {
  const Block seconds{1, {1.1, 1.2}, {1.5, 1.7}};
  const Block millis{1, {1100, 1200}, {1500, 1700}};
  EXPECT_NEAR(*LogRatio(seconds, false), *LogRatio(millis, false), 1e-12);
  EXPECT_NEAR(*LogRatio(seconds, false), -*LogRatio(seconds, true), 1e-12);
}

// What the interval promises, with as many blocks as a fleet has after some days.
TEST(OverheadTest, TheIntervalCoversTheTruth) {
  for (const size_t count : {8, 19, 24, 60}) {
    int covered = 0;
    constexpr int kTrials = 400;
    for (int trial = 0; trial < kTrials; ++trial) {
      const auto interval = OverheadOf(Noisy(count, 0.1, 0.17, 1000 * count + trial))->interval;
      if (std::log(interval->low) <= 0.1 && std::log(interval->high) >= 0.1) ++covered;
    }
    EXPECT_GE(covered, kTrials * 0.92) << count;
  }
}

// METHOD: at 17 % noise a 2 % effect takes some 890 blocks.
TEST(BlocksForTest, IsTheArithmeticOfPower) {
  EXPECT_EQ(BlocksFor(0.17, 0.02), 886U);
  EXPECT_EQ(BlocksFor(0.17, 0.05), 142U);
  EXPECT_EQ(BlocksFor(0, 0.02), kLeastBlocks);
}

// The blocks that it names do find the effect about four times out of five.
TEST(BlocksForTest, HasThePowerThatItPromises) {
  constexpr double kNoise = 0.05;
  constexpr double kEffect = 0.02;
  const size_t blocks = BlocksFor(kNoise, kEffect);
  int found = 0;
  constexpr int kTrials = 400;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto interval = OverheadOf(Noisy(blocks, kEffect, kNoise, 77 + trial))->interval;
    if (interval->low > 1) ++found;
  }
  EXPECT_GE(found, kTrials * 0.72);
  EXPECT_LE(found, kTrials * 0.88);
}

TEST(UnpairedOverheadTest, ComparesTheMediansOfTheRuns) {
  const Values baseline = {10, 11, 9, 10.5, 9.5, 10};
  const Values guest = {20, 22, 18, 21, 19, 20};
  const auto slower = UnpairedOverheadOf(baseline, guest, false);
  ASSERT_TRUE(slower);
  EXPECT_DOUBLE_EQ(slower->ratio, 2);
  ASSERT_TRUE(slower->interval);
  EXPECT_GT(slower->interval->low, 1.6);
  EXPECT_LT(slower->interval->high, 2.5);
  EXPECT_EQ(slower->answer, Answer::kDifferent);
  EXPECT_EQ(slower->blocks, 6U);
  EXPECT_DOUBLE_EQ(UnpairedOverheadOf(guest, baseline, true)->ratio, 2);
}

TEST(UnpairedOverheadTest, OrderPlaysNoPart) {
  const Values baseline = {10, 11, 9, 10.5, 9.5, 10};
  const auto one = UnpairedOverheadOf(baseline, Values{20, 22, 18, 21, 19, 20}, false);
  const auto other = UnpairedOverheadOf(baseline, Values{22, 18, 20, 19, 21, 20}, false);
  EXPECT_EQ(one->interval->low, other->interval->low);
  EXPECT_EQ(one->interval->high, other->interval->high);
}

TEST(UnpairedOverheadTest, FewRunsHaveNoIntervalAndNoneNoFigure) {
  EXPECT_FALSE(UnpairedOverheadOf({}, Values{1}, false));
  EXPECT_FALSE(UnpairedOverheadOf(Values{1}, Values{0, kNan}, false));
  const auto few = UnpairedOverheadOf(Values{1, 1, 1, 1, 1, 1, 1}, Values{2, 2}, false);
  EXPECT_FALSE(few->interval);
  EXPECT_EQ(few->blocks, 2U);
  EXPECT_EQ(few->answer, Answer::kInconclusive);
}

TEST(FactsToReviewTest, NamesWhatSpeaksAgainstTheFigure) {
  const RunFacts baseline{.benchmark_build = "aaaaaaaaaaaaaaaa",
                          .clocksource = "tsc",
                          .clock_ratio = 1.0,
                          .clock_error = 0.00001,
                          .marks = {},
                          .threads = 1,
                          .online_cpus = 4};
  RunFacts guest = baseline;
  EXPECT_THAT(FactsToReview(baseline, guest), Contains(HasSubstr("alike on both sides")));
  guest.clock_ratio = 0.952;
  guest.marks = {"cached", "unverified"};
  guest.threads = 2;
  guest.benchmark_build = "bbbbbbbbbbbbbbbb";
  const auto facts = FactsToReview(baseline, guest);
  EXPECT_THAT(facts, Contains(HasSubstr("the guest's ran at 0.952000 +- 0.000010")));
  EXPECT_THAT(facts, Contains("marks: cached, unverified on the guest, none on the baseline"));
  EXPECT_THAT(facts, Contains(HasSubstr("2 threads on 4 CPUs of the guest")));
  EXPECT_THAT(facts, Contains(HasSubstr("bbbbbbbbbbbb on the guest")));
}

TEST(FactsToReviewTest, SaysThatAClockWasNeverCompared) {
  EXPECT_THAT(FactsToReview({}, {}), Contains(HasSubstr("not compared with the aggregator's")));
}

}  // namespace
}  // namespace hypergauge::analysis
