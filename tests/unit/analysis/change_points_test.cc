#include "aggregator/analysis/change_points.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace hypergauge::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Values = std::vector<double>;

// Round 100, with a standard deviation of 1.
Values Noise(size_t count, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(100, 1);
  Values values(count);
  std::generate(values.begin(), values.end(), [&] { return normal(random); });
  return values;
}

Values WithStep(Values values, size_t at, double height) {
  for (size_t i = at; i < values.size(); ++i) values[i] += height;
  return values;
}

std::vector<size_t> Indexes(const Values& values, const DetectorOptions& options = {}) {
  std::vector<size_t> indexes;
  for (const auto& point : FindChangePoints(values, options)) indexes.push_back(point.index);
  return indexes;
}

TEST(ChangePointsTest, TellsWhatIsKnownOfAShift) {
  const auto points = FindChangePoints(WithStep(Noise(200), 120, 6));
  ASSERT_EQ(points.size(), 1U);
  const ChangePoint& point = points[0];
  EXPECT_EQ(point.index, 120U);
  EXPECT_LE(point.low, 120U);
  EXPECT_GE(point.high, 120U);
  EXPECT_LE(point.high - point.low, 2U);
  EXPECT_EQ(point.certainty, Certainty::kConfirmed);
  EXPECT_NEAR(point.before, 100, 0.5);
  EXPECT_NEAR(point.after, 106, 0.5);
  EXPECT_NEAR(point.effect, 0.06, 0.006);
  EXPECT_NEAR(point.cohens_d, 6, 1.5);
  EXPECT_LT(point.p, 1e-20);
}

TEST(ChangePointsTest, AShortBaselineLeavesASuspicion) {
  const auto points = FindChangePoints(WithStep(Noise(60), 30, 8));
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].index, 30U);
  EXPECT_EQ(points[0].certainty, Certainty::kSuspect);
}

TEST(ChangePointsTest, TheSeriesOfDegenerateSizesHaveNone) {
  for (size_t count = 0; count < 12; ++count) {
    EXPECT_THAT(Indexes(WithStep(Noise(count), count / 2, 50)), IsEmpty()) << count;
  }
  EXPECT_THAT(Indexes(Values(500, 3.25)), IsEmpty());
  EXPECT_THAT(Indexes(Values(500, 0)), IsEmpty());
  EXPECT_THAT(Indexes(Values(50, std::numeric_limits<double>::quiet_NaN())), IsEmpty());
}

TEST(ChangePointsTest, QuietSeriesHaveNone) {
  for (uint32_t seed = 1; seed <= 20; ++seed) EXPECT_THAT(Indexes(Noise(300, seed)), IsEmpty());
}

TEST(ChangePointsTest, SpikesAreNoShifts) {
  Values values = Noise(200);
  for (const size_t at : {0, 20, 77, 78, 150, 199}) values[at] = 500;
  EXPECT_THAT(Indexes(values), IsEmpty());
}

TEST(ChangePointsTest, TrendsSeasonsAndTwoModesAreNoShifts) {
  Values trend = Noise(200);
  Values season = Noise(200);
  Values modes = Noise(200);
  std::mt19937 random(9);
  for (size_t i = 0; i < 200; ++i) {
    trend[i] += static_cast<double>(i);
    season[i] += 5 * std::sin(static_cast<double>(i) * 3.14159 / 6);
    if (random() % 3 == 0) modes[i] += 10;
  }
  EXPECT_THAT(Indexes(trend), IsEmpty());
  EXPECT_THAT(Indexes(season), IsEmpty());
  EXPECT_THAT(Indexes(modes), IsEmpty());
}

TEST(ChangePointsTest, AConstantThatShiftsIsFoundDespiteItsMissingNoise) {
  EXPECT_THAT(Indexes(WithStep(Values(60, 50), 30, 5)), ElementsAre(30));
  EXPECT_THAT(Indexes(WithStep(Values(60, 0), 30, 5)), ElementsAre(30));
  const auto points = FindChangePoints(WithStep(Values(60, 0), 30, -5));
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].effect, -std::numeric_limits<double>::infinity());
}

// What a rank test can say of few values that depend on each other is little, however far apart
// they are.
TEST(ChangePointsTest, ALargeShiftAfterFewDependentValuesIsFound) {
  int found = 0;
  constexpr int kSeries = 20;
  for (uint32_t seed = 1; seed <= kSeries; ++seed) {
    Values values = Noise(100, seed);
    for (size_t i = 1; i < values.size(); ++i) {  // a correlation of 0.3
      values[i] = 100 + 0.3 * (values[i - 1] - 100) + 0.95 * (values[i] - 100);
    }
    const auto indexes = Indexes(WithStep(WithStep(values, 14, 10), 39, -10));
    found += static_cast<int>(std::count_if(indexes.begin(), indexes.end(), [](size_t index) {
      return (index >= 12 && index <= 16) || (index >= 37 && index <= 41);
    }));
    EXPECT_LE(indexes.size(), 2U) << seed;
  }
  EXPECT_GE(found, 2 * kSeries * 9 / 10);
}

TEST(ChangePointsTest, MissingValuesCountForTheIndexOnly) {
  const Values values = WithStep(Noise(200), 120, 8);
  Values gappy;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i % 10 == 5) gappy.push_back(std::numeric_limits<double>::quiet_NaN());
    if (i % 50 == 7) gappy.push_back(std::numeric_limits<double>::infinity());
    gappy.push_back(values[i]);
  }
  EXPECT_THAT(Indexes(gappy), ElementsAre(120 + 12 + 3));
}

TEST(ChangePointsTest, TheUnitDoesNotMatter) {
  const Values values = WithStep(Noise(200), 120, 6);
  for (const double factor : {1e-300, 1e-9, 7.0, 1e300}) {
    Values scaled = values;
    for (double& value : scaled) value *= factor;
    const auto points = FindChangePoints(scaled);
    ASSERT_EQ(points.size(), 1U) << factor;
    EXPECT_EQ(points[0].index, 120U);
    EXPECT_NEAR(points[0].effect, 0.06, 0.006);
  }
}

TEST(ChangePointsTest, HugeValuesOfBothSignsDoNotOverflow) {
  Values values = Noise(200);
  for (size_t i = 0; i < 200; ++i) values[i] = (values[i] - (i < 120 ? 150 : 0)) * 1e306;
  EXPECT_THAT(Indexes(values), ElementsAre(120));
}

TEST(ChangePointsTest, BackwardsAndUpsideDownTheShiftsAreTheSame) {
  Values values = WithStep(WithStep(Noise(400), 150, 8), 290, -15);
  EXPECT_THAT(Indexes(values), ElementsAre(150, 290));
  Values negative = values;
  for (double& value : negative) value = -value;
  EXPECT_THAT(Indexes(negative), ElementsAre(150, 290));
  std::reverse(values.begin(), values.end());
  EXPECT_THAT(Indexes(values), ElementsAre(110, 250));
}

TEST(ChangePointsTest, OptionsChooseWhatIsTold) {
  const Values values = WithStep(WithStep(Noise(400), 150, 8), 290, -15);
  EXPECT_THAT(Indexes(values, {.direction = Direction::kUp}), ElementsAre(150));
  EXPECT_THAT(Indexes(values, {.direction = Direction::kDown}), ElementsAre(290));
  EXPECT_THAT(Indexes(values, {.min_effect = 0.1}), ElementsAre(290));
}

TEST(ChangePointsTest, ALongSeriesIsCutInBlocks) {
  const Values values = WithStep(WithStep(Noise(12'000), 4'096, 8), 9'000, -8);
  EXPECT_THAT(Indexes(values), ElementsAre(4'096, 9'000));
}

}  // namespace
}  // namespace hypergauge::analysis
