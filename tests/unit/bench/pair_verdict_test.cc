#include "tests/bench/pair_verdict.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hypergauge::bench {
namespace {

const PairSet kSet{.name = "cpu_prime", .tool = "sysbench", .low = 0.95, .high = 1.05};

std::vector<double> Repeat(double low, double high, int times) {
  std::vector<double> values;
  for (int i = 0; i < times; ++i) values.insert(values.end(), {low, high});
  return values;
}

TEST(PairVerdict, IsOkInsideTheBand) {
  const auto judgement = Judge(kSet, Repeat(0.96, 1.04, 4));
  EXPECT_DOUBLE_EQ(judgement.median, 1.0);
  EXPECT_EQ(judgement.verdict, Verdict::kOk);
}

TEST(PairVerdict, IsOutsideOnEitherSide) {
  EXPECT_EQ(Judge(kSet, Repeat(0.5, 0.94, 4)).verdict, Verdict::kOutside);
  EXPECT_EQ(Judge(kSet, Repeat(1.06, 2.0, 4)).verdict, Verdict::kOutside);
}

TEST(PairVerdict, IsInconclusiveAcrossAnEdgeAndBelowSixPairs) {
  EXPECT_EQ(Judge(kSet, Repeat(0.94, 1.0, 4)).verdict, Verdict::kInconclusive);
  EXPECT_EQ(Judge(kSet, Repeat(1.0, 1.06, 4)).verdict, Verdict::kInconclusive);
  EXPECT_EQ(Judge(kSet, Repeat(0.9, 1.1, 4)).verdict, Verdict::kInconclusive);
  const auto few = Judge(kSet, std::vector<double>{1, 1, 1, 1, 1});
  EXPECT_EQ(few.verdict, Verdict::kInconclusive);
  EXPECT_FALSE(few.interval.has_value());
}

TEST(PairVerdict, FiguresThatAreNoNumbersAreNeverOk) {
  const auto nothing = ComparePair(kSet, 0, 0);
  EXPECT_NE(Judge(kSet, std::vector<double>(8, nothing)).verdict, Verdict::kOk);
}

TEST(PairVerdict, ComparesByRatioOrByDifference) {
  EXPECT_DOUBLE_EQ(ComparePair(kSet, 3, 2), 1.5);
  auto loss = kSet;
  loss.compare = Compare::kDifference;
  EXPECT_DOUBLE_EQ(ComparePair(loss, 0.5, 0.25), 0.25);
}

TEST(PairVerdict, TakesOrderStatisticsBelowTwentyPairs) {
  const auto values = Repeat(0.9, 1.1, 9);
  const auto expected = *MedianInterval(values);
  const auto interval = *PairInterval(values);
  EXPECT_EQ(interval.low, expected.low);
  EXPECT_EQ(interval.high, expected.high);
}

TEST(PairVerdict, ResamplesFromTwentyPairsOnAndAlwaysAlike) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(1.0, 0.1);
  std::vector<double> values;
  for (int i = 0; i < 24; ++i) values.push_back(noise(random));
  const auto first = *PairInterval(values);
  const auto second = *PairInterval(values);
  EXPECT_EQ(first.low, second.low);
  EXPECT_EQ(first.high, second.high);
  EXPECT_LT(first.low, *Median(values));
  EXPECT_GT(first.high, *Median(values));
  // 1.96 x 1.2533 x 0.1 / sqrt(24) on either side, give or take a half.
  EXPECT_GT(first.high - first.low, 0.05);
  EXPECT_LT(first.high - first.low, 0.15);
}

TEST(PairVerdict, FindsTheMedianIn95OfAHundredSeries) {
  std::mt19937 random(11);
  std::normal_distribution<double> noise(1.0, 0.2);
  for (const int pairs : {8, 24}) {
    int found = 0;
    for (int series = 0; series < 200; ++series) {
      std::vector<double> values(static_cast<size_t>(pairs));
      for (double& value : values) value = noise(random);
      const auto interval = *PairInterval(values);
      if (interval.low <= 1.0 && interval.high >= 1.0) ++found;
    }
    EXPECT_GE(found, 180) << pairs;
  }
}

TEST(PairVerdict, PrintsOneLine) {
  EXPECT_EQ(Line(kSet, Judge(kSet, Repeat(0.96, 1.04, 4)), 8),
            "cpu_prime                               sysbench ratio 1.000  [0.960, 1.040]    "
            "  band 0.950 to 1.050  8 pairs  ok");
  const PairSet loss{.name = "network_udp loss",
                     .tool = "iperf3",
                     .low = -0.01,
                     .high = 0.01,
                     .compare = Compare::kDifference};
  EXPECT_EQ(Line(loss, Judge(loss, Repeat(0.02, 0.03, 4)), 8),
            "network_udp loss                        iperf3   difference +0.0250  "
            "[+0.0200, +0.0300]  band -0.0100 to +0.0100  8 pairs  outside");
}

}  // namespace
}  // namespace hypergauge::bench
