#include "aggregator/analysis/drift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
  return sum;
}

// Each value takes `phi` of the one before; the first one is as any other.
Values Noisy(size_t count, double phi, std::mt19937_64& random) {
  Values values(count);
  double last = Normal(random);
  for (auto& value : values) value = last = phi * last + std::sqrt(1 - phi * phi) * Normal(random);
  return values;
}

Values Ramp(size_t count, double slope, uint64_t seed) {
  std::mt19937_64 random(seed);
  auto values = Noisy(count, 0, random);
  for (size_t i = 0; i < count; ++i) values[i] += slope * static_cast<double>(i);
  return values;
}

TEST(DriftTest, FewValuesHaveNone) {
  EXPECT_FALSE(MeasureDrift({}, 0));
  EXPECT_FALSE(MeasureDrift(Values{1}, 0));
  const auto values = Ramp(2 * kDriftPoints, 0.1, 1);
  EXPECT_TRUE(MeasureDrift(values, 0));
  EXPECT_FALSE(MeasureDrift(std::span(values).first(2 * kDriftPoints - 1), 0));
  auto missing = values;
  missing[50] = kNan;
  EXPECT_FALSE(MeasureDrift(missing, 0));
}

TEST(DriftTest, ABaselineThatIsNoneHasNoDrift) {
  const auto values = Ramp(2 * kDriftPoints, 0.1, 1);
  EXPECT_FALSE(MeasureDrift(values, kNan));
  EXPECT_FALSE(MeasureDrift(values, kInfinity));
}

TEST(DriftTest, WithoutNoiseThereIsAShiftOrNothing) {
  EXPECT_FALSE(MeasureDrift(Values(200, 2.5), 2.5));
  const auto drift = MeasureDrift(Values(200, 2.5), 3.0);
  ASSERT_TRUE(drift);
  EXPECT_EQ(drift->shift, -0.5);
  EXPECT_EQ(drift->sigmas, -kInfinity);
  EXPECT_EQ(drift->p, 0);
  EXPECT_LE(drift->begin, 24U);
}

// 120 values at the baseline, then 120 off it: blocks of 24 back from the latest 96.
TEST(DriftTest, BeginsWhereTheLevelLeftForGood) {
  Values values(240, 0.0);
  std::fill(values.begin() + 120, values.end(), 1.0);
  const auto drift = MeasureDrift(values, 0);
  EXPECT_EQ(drift->shift, 1);
  EXPECT_EQ(drift->begin, 120U);
  // A visit that was over does not count.
  std::fill(values.begin() + 24, values.begin() + 72, 1.0);
  EXPECT_EQ(MeasureDrift(values, 0)->begin, 120U);
  // Missing values count for the place, and for nothing else.
  values.insert(values.begin() + 5, 7, kNan);
  EXPECT_EQ(MeasureDrift(values, 0)->begin, 127U);
  EXPECT_EQ(MeasureDrift(values, 0)->shift, 1);
}

TEST(DriftTest, OnlyTheLatestSayHowFar) {
  Values values(400, 0.0);
  std::fill(values.end() - 96, values.end(), 3.0);
  EXPECT_EQ(MeasureDrift(values, 1)->shift, 2);
  std::fill(values.end() - 48, values.end(), 0.0);  // half of them: the middle
  EXPECT_EQ(MeasureDrift(values, 1)->shift, 0.5);
}

TEST(DriftTest, SigmasAreThoseOfTheNoise) {
  double sum = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    auto values = Noisy(240, 0, random);
    for (auto& value : values) value = 2 * value + 10;
    sum += MeasureDrift(values, 4)->sigmas;
  }
  EXPECT_NEAR(sum / 50, 3, 0.45);
}

TEST(DriftTest, ARampIsFoundHoweverSlow) {
  const auto values = Ramp(500, 0.01, 7);  // a hundredth of the noise a point
  const auto drift = MeasureDrift(values, 0);
  EXPECT_NEAR(drift->shift, 0.01 * 452, 0.6);
  EXPECT_LT(drift->p, 1e-6);
  EXPECT_GT(drift->begin, 100U);  // half-way is at 238
  EXPECT_LT(drift->begin, 330U);
}

TEST(DriftTest, GoesWithUnitOriginAndSign) {
  const auto values = Ramp(300, 0.02, 3);
  const auto plain = MeasureDrift(values, 0.5);
  const auto moved = [&](double factor, double origin) {
    auto other = values;
    for (auto& value : other) value = factor * value + origin;
    return *MeasureDrift(other, factor * 0.5 + origin);
  };
  for (const double factor : {1.0, -1.0, 1e-9, 1e150}) {
    for (const double origin : {0.0, 3.0}) {
      const auto drift = moved(factor, factor * origin);
      EXPECT_NEAR(drift.shift / factor, plain->shift, 1e-9);
      EXPECT_NEAR(drift.sigmas * (factor > 0 ? 1 : -1), plain->sigmas, 1e-9);
      EXPECT_NEAR(drift.p, plain->p, 1e-9);
      EXPECT_EQ(drift.begin, plain->begin);
    }
  }
}

TEST(DriftTest, SpikesMoveNothing) {
  auto values = Ramp(300, 0, 5);
  const auto plain = MeasureDrift(values, 0);
  for (size_t i = 210; i < 300; i += 9) values[i] = 1e6;
  EXPECT_NEAR(MeasureDrift(values, 0)->shift, plain->shift, 0.4);
  EXPECT_LT(MeasureDrift(values, 0)->sigmas, 1);
}

// How often it cries for nothing: never more than it says, whether or not neighbours depend.
TEST(DriftTest, ThePValueIsNotTooSmall) {
  std::mt19937_64 random(11);
  for (const double phi : {0.0, 0.5}) {
    int below = 0;
    constexpr int kTrials = 2000;
    for (int trial = 0; trial < kTrials; ++trial) {
      // The baseline is a median of as many values.
      const double baseline = *Median(Noisy(kDriftPoints, phi, random));
      if (MeasureDrift(Noisy(2 * kDriftPoints, phi, random), baseline)->p <= 0.05) ++below;
    }
    EXPECT_LE(below, kTrials * 0.10) << phi;
    RecordProperty("share below 0.05 at phi " + std::to_string(phi), below);
  }
}

}  // namespace
}  // namespace hypergauge::analysis
