#include "aggregator/analysis/platform_scores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "aggregator/analysis/score_bootstrap.h"

namespace hypergauge::analysis {
namespace {

using Figures = std::vector<NodeFigure>;

double Normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
  return sum;
}

NodeFigure Figure(const std::string& platform, const std::string& node,
                  const std::string& benchmark, const std::vector<double>& log_ratios) {
  NodeFigure figure;
  figure.platform = platform;
  figure.node = node;
  figure.host = "host-of-" + node;
  figure.benchmark = benchmark;
  figure.category = benchmark.substr(0, benchmark.find('_'));
  for (size_t i = 0; i < log_ratios.size(); ++i) figure.rounds.push_back({i + 1, log_ratios[i]});
  return figure;
}

std::vector<double> Logs(double ratio, size_t count) {
  return std::vector<double>(count, std::log(ratio));
}

// `hosts` hosts with two guests each, of which every host is slower or faster by some 10 %.
Figures Fleet(const std::string& platform, double level, size_t hosts, uint64_t seed) {
  std::mt19937_64 random(seed);
  Figures figures;
  for (size_t host = 0; host < hosts; ++host) {
    const double of_host = 0.1 * Normal(random);
    for (const char* guest : {"a", "b"}) {
      std::vector<double> ratios(8);
      for (auto& ratio : ratios) ratio = std::log(level) + of_host + 0.03 * Normal(random);
      figures.push_back(Figure(platform, guest + std::to_string(host), "cpu_pi", ratios));
      figures.back().host = "host" + std::to_string(host);
    }
  }
  return figures;
}

TEST(PlatformScoresTest, NothingGivesNothing) {
  EXPECT_TRUE(ScorePlatforms({}).empty());
  EXPECT_TRUE(ScorePlatforms({Figure("kvm", "n", "cpu_pi", {})}).empty());
  EXPECT_TRUE(
      ScorePlatforms({Figure("kvm", "n", "cpu_pi", {std::numeric_limits<double>::quiet_NaN()})})
          .empty());
}

// 1.1 and 1.3 of cpu are 1.1958 together, with 2 of disk 1.5465: by hand.
TEST(PlatformScoresTest, GeometricMeansInsideCategoriesAndThenAcross) {
  const auto scores = ScorePlatforms({Figure("kvm", "n", "cpu_pi", Logs(1.1, 8)),
                                      Figure("kvm", "n", "cpu_md5", Logs(1.3, 8)),
                                      Figure("kvm", "n", "disk_sync", Logs(2, 8))});
  ASSERT_EQ(scores.size(), 1U);
  EXPECT_NEAR(scores[0].overall->ratio, 1.5465, 0.0001);
  ASSERT_EQ(scores[0].categories.size(), 2U);
  EXPECT_EQ(scores[0].categories[0].category, "cpu");
  EXPECT_NEAR(scores[0].categories[0].estimate.ratio, 1.1958, 0.0001);
  EXPECT_EQ(scores[0].worst_category, "disk");
  EXPECT_EQ(scores[0].place, 1U);
  EXPECT_FALSE(scores[0].tied);
}

TEST(PlatformScoresTest, NodesAreAveragedByTheirMedians) {
  const auto scores =
      ScorePlatforms({Figure("kvm", "a", "cpu_pi", {std::log(1.0), std::log(1.21), std::log(50.0)}),
                      Figure("kvm", "b", "cpu_pi", Logs(1.0, 3))});
  EXPECT_NEAR(scores[0].benchmarks[0].estimate.ratio, 1.1, 1e-9);
  EXPECT_EQ(scores[0].benchmarks[0].nodes, 2U);
  EXPECT_EQ(scores[0].benchmarks[0].blocks, 6U);
  EXPECT_FALSE(scores[0].overall->interval) << "no node has six blocks";
}

TEST(PlatformScoresTest, WhatIsPreliminaryCountsOnlyWhereNothingElseIsThere) {
  const auto scores = ScorePlatforms({Figure("kvm", "settled", "cpu_pi", Logs(1.1, 6)),
                                      Figure("kvm", "new", "cpu_pi", Logs(3.0, 5)),
                                      Figure("kvm", "new", "disk_sync", Logs(5.0, 1))});
  EXPECT_NEAR(scores[0].overall->ratio, 1.1, 1e-9);
  ASSERT_TRUE(scores[0].overall->interval);
  ASSERT_EQ(scores[0].benchmarks.size(), 2U);
  EXPECT_NEAR(scores[0].benchmarks[1].estimate.ratio, 5, 1e-9);
  EXPECT_FALSE(scores[0].benchmarks[1].estimate.interval);
}

TEST(PlatformScoresTest, CachedFiguresAreShownAndNeverRanked) {
  auto cached = Figure("kvm", "n", "disk_dd", Logs(20, 8));
  cached.cached = true;
  const auto scores = ScorePlatforms({Figure("kvm", "n", "cpu_pi", Logs(1.1, 8)), cached});
  EXPECT_NEAR(scores[0].overall->ratio, 1.1, 1e-9);
  EXPECT_EQ(scores[0].categories.size(), 1U);
  ASSERT_EQ(scores[0].benchmarks.size(), 2U);
  EXPECT_TRUE(scores[0].benchmarks[1].cached);
  EXPECT_NEAR(scores[0].benchmarks[1].estimate.ratio, 20, 1e-9);
  const auto alone = ScorePlatforms({cached});
  EXPECT_FALSE(alone[0].overall);
  EXPECT_EQ(alone[0].place, 0U);
}

PlatformScore Scored(const std::string& platform, double ratio, double low, double high) {
  PlatformScore score;
  score.platform = platform;
  score.overall = Estimate{ratio, Interval{low, high}};
  return score;
}

TEST(RankTest, OverlappingIntervalsAreTied) {
  std::vector<PlatformScore> scores = {Scored("d", 2, 1.9, 2.1), Scored("b", 1.2, 1.1, 1.3),
                                       Scored("a", 1.1, 1.05, 1.15), Scored("c", 1.35, 1.25, 1.5)};
  scores.emplace_back().platform = "cached only";
  Rank(scores);
  EXPECT_EQ(scores[0].platform, "a");
  EXPECT_EQ(scores[0].place, 1U);
  EXPECT_TRUE(scores[0].tied);
  EXPECT_EQ(scores[1].platform, "b");
  EXPECT_EQ(scores[1].place, 1U);
  EXPECT_EQ(scores[2].platform, "c");  // worse than a for certain, not than b
  EXPECT_EQ(scores[2].place, 2U);
  EXPECT_TRUE(scores[2].tied);
  EXPECT_EQ(scores[3].place, 4U);
  EXPECT_FALSE(scores[3].tied);
  EXPECT_EQ(scores[4].place, 0U);
}

TEST(RankTest, WithoutIntervalsNobodyIsBetterForCertain) {
  std::vector<PlatformScore> scores = {Scored("b", 9, 8, 10), Scored("a", 1, 1, 1)};
  scores[0].overall->interval.reset();
  Rank(scores);
  EXPECT_EQ(scores[0].platform, "a");
  EXPECT_EQ(scores[1].place, 1U);
  EXPECT_TRUE(scores[1].tied);
}

TEST(PlatformScoresTest, OrderPlaysNoPart) {
  auto figures = Fleet("kvm", 1.2, 3, 5);
  for (auto& figure : Fleet("xen", 1.3, 8, 6)) figures.push_back(std::move(figure));
  const auto before = ScorePlatforms(figures);
  std::mt19937_64 random(1);
  std::shuffle(figures.begin(), figures.end(), random);
  for (auto& figure : figures) std::shuffle(figure.rounds.begin(), figure.rounds.end(), random);
  const auto after = ScorePlatforms(figures);
  ASSERT_EQ(after.size(), 2U);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(before[i].platform, after[i].platform);
    EXPECT_EQ(before[i].overall->ratio, after[i].overall->ratio);
    EXPECT_EQ(before[i].overall->interval->low, after[i].overall->interval->low);
    EXPECT_EQ(before[i].overall->interval->high, after[i].overall->interval->high);
  }
}

TEST(PlatformScoresTest, TwiceAsSlowIsTwiceTheRatioAndTheInterval) {
  for (const size_t hosts : {2, 9}) {
    const auto before = ScorePlatforms(Fleet("kvm", 1.2, hosts, 7));
    const auto after = ScorePlatforms(Fleet("kvm", 2.4, hosts, 7));
    EXPECT_NEAR(after[0].overall->ratio, 2 * before[0].overall->ratio, 1e-9);
    EXPECT_NEAR(after[0].overall->interval->low, 2 * before[0].overall->interval->low, 1e-9);
    EXPECT_NEAR(after[0].overall->interval->high, 2 * before[0].overall->interval->high, 1e-9);
  }
}

// From six hosts on the interval speaks of the platform, not of these machines.
TEST(PlatformScoresTest, TheIntervalOverHostsCoversThePlatform) {
  for (const size_t hosts : {6, 15}) {
    int covered = 0;
    constexpr int kTrials = 200;
    for (int trial = 0; trial < kTrials; ++trial) {
      const auto scores = ScorePlatforms(Fleet("kvm", 1.2, hosts, 1000 + trial));
      const auto& interval = scores[0].overall->interval;
      ASSERT_TRUE(interval);
      if (interval->low <= 1.2 && interval->high >= 1.2) ++covered;
    }
    EXPECT_GE(covered, kTrials * 0.90) << hosts;
    EXPECT_LT(covered, kTrials) << hosts;
  }
}

// Below, it speaks of its rounds.
TEST(PlatformScoresTest, TheIntervalOverRoundsCoversTheNode) {
  for (const size_t rounds : {6, 12, 40}) {
    int covered = 0;
    constexpr int kTrials = 200;
    std::mt19937_64 random(rounds);
    for (int trial = 0; trial < kTrials; ++trial) {
      Figures figures;
      for (const char* benchmark : {"cpu_pi", "cpu_md5", "disk_sync"}) {
        std::vector<double> ratios(rounds);
        for (auto& ratio : ratios) ratio = 0.2 + 0.1 * Normal(random);
        figures.push_back(Figure("kvm", "n", benchmark, ratios));
      }
      const auto interval = ScorePlatforms(figures)[0].overall->interval;
      ASSERT_TRUE(interval);
      if (std::log(interval->low) <= 0.2 && std::log(interval->high) >= 0.2) ++covered;
    }
    EXPECT_GE(covered, kTrials * 0.90) << rounds;
    EXPECT_LT(covered, kTrials) << rounds;
  }
}

// What a round did to one benchmark it did to the others: drawn apart, they would seem sure.
TEST(PlatformScoresTest, BenchmarksOfARoundAreDrawnTogether) {
  std::mt19937_64 random(9);
  std::vector<double> ratios(20);
  for (auto& ratio : ratios) ratio = 0.1 * Normal(random);
  Figures figures = {Figure("kvm", "n", "cpu_a", ratios)};
  const auto one = ScorePlatforms(figures)[0].overall->interval;
  for (const char* name : {"cpu_b", "cpu_c", "cpu_d"}) {
    figures.push_back(Figure("kvm", "n", name, ratios));
  }
  const auto four = ScorePlatforms(figures)[0].overall->interval;
  EXPECT_NEAR(four->low, one->low, 1e-9);
  EXPECT_NEAR(four->high, one->high, 1e-9);
}

TEST(PlatformScoresTest, ABaselineThatCannotBePairedIsDrawnOnItsOwn) {
  NodeFigure figure = Figure("hyperv", "n", "cpu_pi", {});
  for (int i = 0; i < 9; ++i) {
    figure.baseline_logs.push_back(0.01 * i);
    figure.node_logs.push_back(std::log(1.5) + 0.02 * i);
  }
  const auto scores = ScorePlatforms({figure});
  EXPECT_NEAR(scores[0].overall->ratio, 1.5 * std::exp(0.04), 1e-9);
  ASSERT_TRUE(scores[0].overall->interval);
  EXPECT_LT(scores[0].overall->interval->low, scores[0].overall->ratio);
  EXPECT_GT(scores[0].overall->interval->high, scores[0].overall->ratio);
  figure.node_logs.resize(2);
  EXPECT_FALSE(ScorePlatforms({figure})[0].overall->interval);
}

TEST(PlatformScoresTest, AllEqualAndHugeFiguresStayFinite) {
  const auto equal = ScorePlatforms({Figure("kvm", "n", "cpu_pi", Logs(1, 50))});
  EXPECT_EQ(equal[0].overall->ratio, 1);
  EXPECT_EQ(equal[0].overall->interval->low, 1);
  const auto huge = ScorePlatforms({Figure("kvm", "n", "cpu_pi", std::vector<double>(7, 600))});
  EXPECT_TRUE(std::isfinite(huge[0].overall->ratio));
}

TEST(RatioPercentilesTest, WidenAroundTheEstimate) {
  std::vector<double> logs;
  for (int i = -1000; i <= 1000; ++i) logs.push_back(0.0001 * i);
  const auto plain = RatioPercentiles(logs, 0, 1);
  EXPECT_NEAR(std::log(plain.low), -0.095, 1e-9);
  EXPECT_NEAR(std::log(plain.high), 0.095, 1e-9);
  const auto wide = RatioPercentiles(logs, 0, 2);
  EXPECT_NEAR(std::log(wide.low), -0.19, 1e-9);
  EXPECT_NEAR(std::log(wide.high), 0.19, 1e-9);
}

}  // namespace
}  // namespace hypergauge::analysis
