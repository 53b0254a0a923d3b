#include "aggregator/analysis/score_bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace hypergauge::analysis {
namespace {

using Figures = std::vector<NodeFigure>;

NodeFigure Paired(const std::string& host, const std::vector<double>& ratios) {
  NodeFigure figure;
  figure.platform = "p";
  figure.node = host + "-guest";
  figure.host = host;
  figure.benchmark = "null";
  figure.category = "kernel";
  for (size_t i = 0; i < ratios.size(); ++i) figure.rounds.push_back({i + 1, ratios[i]});
  return figure;
}

// How often each value came, of so many draws.
std::map<double, double> Shares(ScoreBootstrap& bootstrap, size_t figure, int draws) {
  std::map<double, double> shares;
  for (int i = 0; i < draws; ++i) {
    bootstrap.Draw();
    shares[bootstrap.ValueOf(figure)] += 1.0 / draws;
  }
  return shares;
}

TEST(ScoreBootstrapTest, TheOwnMedianIsThatOfTheRounds) {
  auto unpaired = Paired("h2", {});
  unpaired.baseline_logs = {0, 1, 2, 3};
  unpaired.node_logs = {9, 5, 7};
  const ScoreBootstrap bootstrap(Figures{Paired("h1", {0.3, 0.1, 0.2, 0.9}), unpaired});
  EXPECT_DOUBLE_EQ(bootstrap.MedianOf(0), 0.25);
  EXPECT_DOUBLE_EQ(bootstrap.MedianOf(1), 5.5);
  EXPECT_EQ(bootstrap.ValueOf(0), bootstrap.MedianOf(0));  // before the first draw
  EXPECT_EQ(bootstrap.WeightOf(0), 1U);
}

// Of three values that are drawn thrice, an end is the median if it comes twice or thrice:
// 3 (1/3)^2 (2/3) + (1/3)^3 = 7/27.
TEST(ScoreBootstrapTest, DrawnMediansComeAsOftenAsTheyShould) {
  constexpr int kDraws = 20'000;
  ScoreBootstrap paired(Figures{Paired("h1", {0.1, 0.2, 0.4})});
  const auto shares = Shares(paired, 0, kDraws);
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_NEAR(shares.at(0.1), 7.0 / 27, 0.012);  // four standard errors
  EXPECT_NEAR(shares.at(0.2), 13.0 / 27, 0.014);
  EXPECT_NEAR(shares.at(0.4), 7.0 / 27, 0.012);

  auto figure = Paired("h1", {});
  figure.baseline_logs = {0, 0};
  figure.node_logs = {1, 2, 4};
  ScoreBootstrap unpaired(Figures{figure});
  const auto others = Shares(unpaired, 0, kDraws);
  ASSERT_EQ(others.size(), 3U);
  EXPECT_NEAR(others.at(1), 7.0 / 27, 0.012);
  EXPECT_NEAR(others.at(2), 13.0 / 27, 0.014);
}

TEST(ScoreBootstrapTest, OfAnEvenNumberTheMiddleIsTheMeanOfTwo) {
  ScoreBootstrap paired(Figures{Paired("h1", {0, 1})});
  const auto shares = Shares(paired, 0, 20'000);
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_NEAR(shares.at(0), 0.25, 0.012);
  EXPECT_NEAR(shares.at(0.5), 0.5, 0.014);
}

TEST(ScoreBootstrapTest, GuestsOfOneHostShareItsRounds) {
  auto second = Paired("h1", {10.1, 10.2, 10.4, 10.8, 11.6});
  second.node = "other";
  ScoreBootstrap bootstrap(Figures{Paired("h1", {0.1, 0.2, 0.4, 0.8, 1.6}), second,
                                   Paired("h2", {0.1, 0.2, 0.4, 0.8, 1.6})});
  int differ = 0;
  for (int i = 0; i < 200; ++i) {
    bootstrap.Draw();
    EXPECT_NEAR(bootstrap.ValueOf(1) - bootstrap.ValueOf(0), 10, 1e-12);
    differ += bootstrap.ValueOf(2) != bootstrap.ValueOf(0) ? 1 : 0;
  }
  EXPECT_GT(differ, 50);
}

TEST(ScoreBootstrapTest, AFigureWhoseRoundsWereNotDrawnKeepsItsMedian) {
  auto figure = Paired("h1", {});
  figure.rounds = {{99, 0.7}};
  ScoreBootstrap bootstrap(Figures{Paired("h1", {0.1, 0.2, 0.4}), figure});
  for (int i = 0; i < 100; ++i) {
    bootstrap.Draw();
    EXPECT_EQ(bootstrap.ValueOf(1), 0.7);
  }
}

TEST(ScoreBootstrapTest, FromSixHostsOnHostsAreDrawn) {
  Figures figures;
  for (int i = 0; i < 5; ++i) figures.push_back(Paired("h" + std::to_string(i), {1.0 * i, 9, 9}));
  EXPECT_FALSE(ScoreBootstrap(figures).draws_hosts());
  figures.push_back(Paired("h5", {5}));
  figures.push_back(Paired("h5", {6}));
  ScoreBootstrap bootstrap(figures);
  EXPECT_TRUE(bootstrap.draws_hosts());
  double absent = 0;
  constexpr int kDraws = 6'000;
  for (int i = 0; i < kDraws; ++i) {
    bootstrap.Draw();
    size_t weights = 0;
    for (size_t host = 0; host < 6; ++host) weights += bootstrap.WeightOf(host);
    EXPECT_EQ(weights, 6U);
    EXPECT_EQ(bootstrap.WeightOf(5), bootstrap.WeightOf(6));
    EXPECT_EQ(bootstrap.ValueOf(5), 5);  // a host's figures are what they are
    if (bootstrap.WeightOf(0) == 0) absent += 1.0 / kDraws;
  }
  EXPECT_NEAR(absent, std::pow(5.0 / 6, 6), 0.025);
}

// Student's 97.5 % quantiles are 2.5706 for 5 and 2.2622 for 9 degrees of freedom, by the tables.
TEST(ScoreBootstrapTest, FewHostsOrRoundsWidenTheInterval) {
  Figures figures;
  for (int i = 0; i < 6; ++i) figures.push_back(Paired("h" + std::to_string(i), {1}));
  EXPECT_NEAR(ScoreBootstrap(figures).widening(), 2.5706 / 1.96 * std::sqrt(6.0 / 5), 0.02);
  const Figures rounds = {Paired("h1", std::vector<double>(10, 1.0)),
                          Paired("h1", std::vector<double>(50, 1.0)),
                          Paired("h2", {1, 1})};  // too few to count
  EXPECT_NEAR(ScoreBootstrap(rounds).widening(), 2.2622 / 1.96 * std::sqrt(10.0 / 9), 0.02);
  EXPECT_EQ(ScoreBootstrap(Figures{Paired("h1", {1, 2})}).widening(), 1);
}

TEST(ScoreBootstrapTest, ManyValuesAreDrawnFewerTimes) {
  EXPECT_EQ(ScoreBootstrap(Figures{}).draws(), 2'000U);
  EXPECT_EQ(ScoreBootstrap(Figures{Paired("h1", {1, 2})}).draws(), 2'000U);
  const Figures many(20, Paired("h1", std::vector<double>(1'000, 1.0)));
  EXPECT_EQ(ScoreBootstrap(many).draws(), 1'000U);
  EXPECT_EQ(ScoreBootstrap(Figures(150, many[0])).draws(), 200U);
}

TEST(ScoreBootstrapTest, TheSameFiguresGiveTheSameDraws) {
  const Figures figures = {Paired("h1", {0.1, 0.2, 0.4}), Paired("h2", {1, 2, 3, 4})};
  ScoreBootstrap one(figures);
  ScoreBootstrap other(figures);
  for (int i = 0; i < 100; ++i) {
    one.Draw();
    other.Draw();
    for (size_t figure = 0; figure < 2; ++figure) {
      EXPECT_EQ(one.ValueOf(figure), other.ValueOf(figure));
    }
  }
}

TEST(RatioPercentilesTest, HoldTheEstimateAlsoWhereTheDrawsDoNot) {
  const std::vector<double> logs(100, 0.5);
  const auto interval = RatioPercentiles(logs, 0.2, 1);
  EXPECT_DOUBLE_EQ(interval.low, std::exp(0.2));
  EXPECT_DOUBLE_EQ(interval.high, std::exp(0.5));
  const auto none = RatioPercentiles({}, 0.2, 3);
  EXPECT_DOUBLE_EQ(none.low, std::exp(0.2));
  EXPECT_DOUBLE_EQ(none.high, std::exp(0.2));
}

}  // namespace
}  // namespace hypergauge::analysis
