#include "aggregator/analysis/noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;

// Neighbours correlate by r; the standard deviation is 1.
Values Correlated(size_t count, double r, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Values values(count);
  double last = normal(random);
  for (double& value : values) {
    value = last;
    last = r * last + std::sqrt(1 - r * r) * normal(random);
  }
  return values;
}

TEST(DifferenceSigmaTest, FindsTheNoiseBelowATrendAndAShift) {
  Values values = Correlated(2000, 0, 1);
  EXPECT_NEAR(DifferenceSigma(values), 1, 0.08);
  for (size_t i = 0; i < values.size(); ++i) values[i] += 0.5 * static_cast<double>(i);
  for (size_t i = 700; i < values.size(); ++i) values[i] += 1000;
  EXPECT_NEAR(DifferenceSigma(values), 1, 0.08);
}

TEST(DifferenceSigmaTest, FewValuesHaveNone) {
  EXPECT_EQ(DifferenceSigma({}), 0);
  EXPECT_EQ(DifferenceSigma(Values{1, 5}), 0);
}

TEST(QuantumTest, IsTheStepOfWhatIsCounted) {
  EXPECT_EQ(Quantum(Values{4, 6, 4, 10, 6, 4, 6}), 2);
  EXPECT_EQ(Quantum(Values{1, 2, 3, 4}), 0);  // all differ
  EXPECT_EQ(Quantum(Values{7, 7, 7, 7}), 0);
  Values step(30, 7);
  step.resize(60, 9);
  EXPECT_EQ(Quantum(step), 0);
}

TEST(SumsTest, MeansScatterAndLinesAreThoseOfTheStretch) {
  const Values values = {9, 1, 2, 6, 3};
  const Sums sums(values);
  EXPECT_DOUBLE_EQ(sums.Mean(1, 4), 3);
  EXPECT_DOUBLE_EQ(sums.Scatter(1, 4), 4 + 1 + 9);
  EXPECT_DOUBLE_EQ(sums.LineAt(1, 4, 2), 3);
  EXPECT_DOUBLE_EQ(sums.LineAt(1, 4, 4), 8);  // the slope is 2.5
}

TEST(MeasureWanderTest, InflationIsThatOfTheCorrelation) {
  const Sums independent(Correlated(5000, 0, 2));
  EXPECT_NEAR(MeasureWander(independent, {}, 1).inflation, 1, 0.3);
  // (1 + r) / (1 - r) = 3 for endless windows, a little less for those of 12.
  const Sums dependent(Correlated(5000, 0.5, 3));
  const double inflation = MeasureWander(dependent, {}, 1).inflation;
  EXPECT_GT(inflation, 1.8);
  EXPECT_LT(inflation, 3.3);
}

TEST(MeasureWanderTest, AShiftAtACutIsNoWander) {
  Values values = Correlated(40, 0, 4);
  for (size_t i = 20; i < 40; ++i) values[i] += 30;
  const Sums sums(values);
  const std::vector<size_t> cuts = {20};
  EXPECT_LT(MeasureWander(sums, cuts, 1).inflation, 4);
}

TEST(MeasureWanderTest, DriftIsASteadyTrend) {
  Values values(100);
  for (size_t i = 0; i < values.size(); ++i) values[i] = 3 * static_cast<double>(i);
  const Wander wander = MeasureWander(Sums(values), {}, 1);
  EXPECT_NEAR(wander.drift, 3, 1e-9);
  EXPECT_EQ(wander.inflation, 1);
}

}  // namespace
}  // namespace hypergauge::analysis
