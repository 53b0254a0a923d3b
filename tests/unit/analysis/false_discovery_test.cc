#include "aggregator/analysis/false_discovery.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The 15 p-values of Benjamini and Hochberg (1995), section 4.1.
const Values kPublished = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                           0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000};

double Uniform(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11U) * 0x1p-53;
}

size_t Taken(const Values& adjusted, double rate = 0.05) {
  return static_cast<size_t>(
      std::count_if(adjusted.begin(), adjusted.end(), [&](double q) { return q <= rate; }));
}

// The smallest rate at which the paper's step-up rule takes a test, by trying every threshold.
Values ByTheRule(const Values& p) {
  auto sorted = p;
  std::sort(sorted.begin(), sorted.end());
  Values adjusted;
  for (const double own : p) {
    double least = 1;
    for (size_t k = 0; k < sorted.size(); ++k) {
      if (sorted[k] < own) continue;
      least =
          std::min(least, sorted[k] * static_cast<double>(p.size()) / static_cast<double>(k + 1));
    }
    adjusted.push_back(least);
  }
  return adjusted;
}

TEST(BenjaminiHochbergTest, AgreesWithThePaper) {
  const auto adjusted = BenjaminiHochberg(kPublished);
  // What p.adjust(p, "BH") of R gives; computed by Python from its definition.
  const Values expected = {0.0015,
                           0.003,
                           0.0095,
                           0.035625,
                           0.0603,
                           0.06385714285714286,
                           0.06385714285714286,
                           0.0645,
                           0.0765,
                           0.486,
                           0.5811818181818182,
                           0.714875,
                           0.7532307692307694,
                           0.8132142857142857,
                           1.0};
  ASSERT_EQ(adjusted.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12) << i;
  EXPECT_EQ(Taken(adjusted), 4U);  // the paper: the four smallest; Bonferroni takes three
}

TEST(BenjaminiHochbergTest, NoneOneAndTwo) {
  EXPECT_TRUE(BenjaminiHochberg({}).empty());
  EXPECT_EQ(BenjaminiHochberg(Values{0.03}), Values{0.03});
  EXPECT_EQ(BenjaminiHochberg(Values{0.03, 0.04}), (Values{0.04, 0.04}));
  EXPECT_EQ(BenjaminiHochberg(Values{0.5, 0.01}), (Values{0.5, 0.02}));
}

TEST(BenjaminiHochbergTest, AnswersInTheOrderOfTheQuestion) {
  std::mt19937_64 random(4);
  std::vector<size_t> order(kPublished.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), random);
  Values shuffled;
  for (const size_t i : order) shuffled.push_back(kPublished[i]);
  const auto plain = BenjaminiHochberg(kPublished);
  const auto adjusted = BenjaminiHochberg(shuffled);
  for (size_t i = 0; i < order.size(); ++i) EXPECT_EQ(adjusted[i], plain[order[i]]);
}

TEST(BenjaminiHochbergTest, IsTheStepUpRule) {
  std::mt19937_64 random(9);
  for (size_t count = 1; count <= 60; ++count) {
    Values p(count);
    // Rounded, so that there are ties.
    for (auto& value : p) value = std::round(Uniform(random) * 50) / 50;
    const auto adjusted = BenjaminiHochberg(p);
    const auto expected = ByTheRule(p);
    for (size_t i = 0; i < count; ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12);
  }
}

TEST(BenjaminiHochbergTest, EqualsStayAsTheyAre) {
  EXPECT_EQ(BenjaminiHochberg(Values(7, 0.04)), Values(7, 0.04));
  EXPECT_EQ(BenjaminiHochberg(Values(7, 0.0)), Values(7, 0.0));
  EXPECT_EQ(BenjaminiHochberg(Values(7, 1.0)), Values(7, 1.0));
}

TEST(BenjaminiHochbergTest, LiesBetweenThePItselfAndBonferroniAndKeepsTheOrder) {
  std::mt19937_64 random(2);
  Values p(40);
  for (auto& value : p) value = Uniform(random);
  std::sort(p.begin(), p.end());
  const auto adjusted = BenjaminiHochberg(p);
  EXPECT_TRUE(std::is_sorted(adjusted.begin(), adjusted.end()));
  for (size_t i = 0; i < p.size(); ++i) {
    EXPECT_GE(adjusted[i], p[i]);
    EXPECT_LE(adjusted[i], std::min(1.0, p[i] * 40));
  }
}

TEST(BenjaminiHochbergTest, WhatIsNoProbabilityCountsAsOne) {
  const auto adjusted = BenjaminiHochberg(Values{0.01, kNan, -0.1, 1.1, kInfinity, -kInfinity});
  EXPECT_NEAR(adjusted[0], 0.06, 1e-12);
  for (size_t i = 1; i < adjusted.size(); ++i) EXPECT_EQ(adjusted[i], 1) << i;
  EXPECT_EQ(BenjaminiHochberg(Values{0.01, kNan}), BenjaminiHochberg(Values{0.01, 1.0}));
}

// What it promises: of what is taken, at most 5 % is false on average, times the share that is.
TEST(BenjaminiHochbergTest, KeepsTheRateOfFalseDiscoveries) {
  std::mt19937_64 random(1995);
  double false_share = 0;
  size_t found = 0;
  constexpr int kTrials = 2000;
  for (int trial = 0; trial < kTrials; ++trial) {
    Values p(40);
    for (auto& value : p) value = Uniform(random);
    for (size_t i = 0; i < 10; ++i) p[i] *= 1e-3;  // the true ones
    const auto adjusted = BenjaminiHochberg(p);
    const size_t good = Taken(Values(adjusted.begin(), adjusted.begin() + 10));
    const size_t bad = Taken(Values(adjusted.begin() + 10, adjusted.end()));
    if (good + bad > 0) false_share += static_cast<double>(bad) / static_cast<double>(good + bad);
    found += good;
  }
  EXPECT_LE(false_share / kTrials, 0.05);
  EXPECT_GE(false_share / kTrials, 0.025);  // 3 of 4 are false: 0.0375 is what it should come to
  EXPECT_EQ(found, 10U * kTrials);          // whatever comes out, p of 0.001 are below 0.0125
}

}  // namespace
}  // namespace hypergauge::analysis
