#include "aggregator/analysis/level_shift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;
using Shifts = std::vector<LevelShift>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double Normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
  return sum;
}

// Each value takes `phi` of the one before.
Values Noisy(size_t count, double phi, std::mt19937_64& random) {
  Values values(count);
  double last = 0;
  for (auto& value : values) value = last = phi * last + std::sqrt(1 - phi * phi) * Normal(random);
  return values;
}

// By hand. The rests about 4 and 11.5 have the MAD 1, so the noise is 1.4826; neighbours of 1 ... 7
// correlate by 16/28, which makes the error sqrt((1 + 4/7) / (1 - 4/7)) times as large.
TEST(MeasureShiftTest, IsTheArithmeticOfItsHeader) {
  const auto shift = MeasureShift(Values{1, 2, 3, 4, 5, 6, 7}, Values{11, 12});
  ASSERT_TRUE(shift);
  EXPECT_DOUBLE_EQ(shift->shift, 7.5);
  EXPECT_NEAR(shift->error, 1.2533 * 1.4826 * std::sqrt((1.0 / 7 + 0.5) * 11 / 3), 1e-12);
  EXPECT_EQ(shift->before, 7U);
  EXPECT_EQ(shift->after, 2U);
  // Neighbours that lie on different sides depend by less than nothing: that is no gain.
  const auto jagged = MeasureShift(Values{1, 7, 2, 6, 3, 5, 4}, Values{11, 12});
  EXPECT_NEAR(jagged->error, 1.2533 * 1.4826 * std::sqrt(1.0 / 7 + 0.5), 1e-12);
}

TEST(MeasureShiftTest, FewValuesHaveNone) {
  EXPECT_FALSE(MeasureShift({}, {}));
  EXPECT_FALSE(MeasureShift(Values{1, 2, 3, 4, 5}, Values{1, 2}));
  EXPECT_FALSE(MeasureShift(Values{1, 2, 3, 4, 5, 6}, Values{1}));
  EXPECT_TRUE(MeasureShift(Values{1, 2, 3, 4, 5, 6}, Values{1, 2}));
}

TEST(MeasureShiftTest, WhatIsNotFiniteIsMissing) {
  EXPECT_FALSE(MeasureShift(Values{1, 2, 3, 4, 5, kNan}, Values{1, 2}));
  EXPECT_FALSE(MeasureShift(Values{1, 2, 3, 4, 5, 6}, Values{1, kInfinity}));
  const auto shift = MeasureShift(Values{kNan, 1, 2, 3, 4, 5, 6, -kInfinity}, Values{kNan, 8, 9});
  const auto plain = MeasureShift(Values{1, 2, 3, 4, 5, 6}, Values{8, 9});
  ASSERT_TRUE(shift);
  EXPECT_EQ(shift->shift, plain->shift);
  EXPECT_EQ(shift->error, plain->error);
  EXPECT_EQ(shift->before, 6U);
}

TEST(MeasureShiftTest, WithoutNoiseThereIsAShiftOrNothing) {
  EXPECT_FALSE(MeasureShift(Values(9, 2.5), Values(3, 2.5)));
  const auto shift = MeasureShift(Values(9, 2.5), Values(3, 3.5));
  ASSERT_TRUE(shift);
  EXPECT_EQ(shift->shift, 1);
  EXPECT_EQ(shift->error, 0);
}

TEST(MeasureShiftTest, GoesWithUnitOriginAndSign) {
  std::mt19937_64 random(5);
  const auto before = Noisy(50, 0.5, random);
  const auto after = Noisy(9, 0.5, random);
  const auto plain = MeasureShift(before, after);
  const auto moved = [&](double factor, double origin) {
    auto a = before;
    auto b = after;
    for (auto& value : a) value = factor * value + origin;
    for (auto& value : b) value = factor * value + origin;
    return *MeasureShift(a, b);
  };
  EXPECT_NEAR(moved(1000, 0).shift, 1000 * plain->shift, 1e-9);
  EXPECT_NEAR(moved(1000, 0).error, 1000 * plain->error, 1e-9);
  EXPECT_NEAR(moved(1, 40).shift, plain->shift, 1e-9);
  EXPECT_NEAR(moved(1, 40).error, plain->error, 1e-9);
  EXPECT_NEAR(moved(-1, 0).shift, -plain->shift, 1e-12);
  EXPECT_NEAR(moved(-1, 0).error, plain->error, 1e-12);
  EXPECT_NEAR(moved(1e150, 0).error / 1e150, plain->error, 1e-9);
}

// What the error promises, where neighbours do not depend on each other and where they do.
TEST(MeasureShiftTest, TheErrorIsThatOfTheShift) {
  std::mt19937_64 random(3);
  for (const double phi : {0.0, 0.4}) {
    int within = 0;
    constexpr int kTrials = 1000;
    for (int trial = 0; trial < kTrials; ++trial) {
      const auto values = Noisy(125, phi, random);
      const auto shift = MeasureShift(std::span(values).first(100), std::span(values).last(25));
      if (std::abs(shift->shift) <= 1.96 * shift->error) ++within;
    }
    EXPECT_GE(within, kTrials * 0.92) << phi;
    EXPECT_LE(within, kTrials * 0.98) << phi;
  }
}

// By hand: weights 4, 1 and 1/4.
TEST(PoolTest, WeighsByTheErrorsAndWidensWhereTheyDiffer) {
  const auto pooled = Pool(Shifts{{1, 0.5}, {2, 1}, {4, 2}});
  ASSERT_TRUE(pooled);
  EXPECT_NEAR(pooled->shift, 7 / 5.25, 1e-12);
  // The excess is 8/3 at two degrees of freedom: the variance is 4/3 of 1 / 5.25.
  EXPECT_NEAR(pooled->error, std::sqrt(4.0 / 3 / 5.25), 1e-12);
  EXPECT_NEAR(pooled->z, std::sqrt(7.0), 1e-12);
  EXPECT_NEAR(pooled->p, 0.25, 1e-12);  // three signs alike; the normal one would be 0.0082
  EXPECT_EQ(pooled->count, 3U);
}

TEST(PoolTest, ShiftsThatAgreeHaveTheErrorsOfTheBooks) {
  const auto pooled = Pool(Shifts{{1.0, 0.3}, {1.1, 0.4}});
  const double weights = 1 / 0.09 + 1 / 0.16;
  EXPECT_NEAR(pooled->shift, (1 / 0.09 + 1.1 / 0.16) / weights, 1e-12);
  EXPECT_NEAR(pooled->error, 0.24, 1e-12);  // 0.3 x 0.4 / 0.5; never less
}

TEST(PoolTest, NoneAndOne) {
  EXPECT_FALSE(Pool({}));
  const auto one = Pool(Shifts{{2, 0.5}});
  EXPECT_EQ(one->shift, 2);
  EXPECT_EQ(one->error, 0.5);
  EXPECT_EQ(one->z, 4);
  EXPECT_EQ(one->p, 1);  // of one sign nothing follows
}

TEST(PoolTest, AnErrorOfNothingCountsAsTheLeastThatThereIs) {
  const auto pooled = Pool(Shifts{{1, 0}, {2, 0.5}, {3, 1}});
  const auto same = Pool(Shifts{{1, 0.5}, {2, 0.5}, {3, 1}});
  EXPECT_EQ(pooled->shift, same->shift);
  EXPECT_EQ(pooled->error, same->error);
  // Without any error it is that of the mean, from how the shifts differ: by hand.
  const auto bare = Pool(Shifts{{1, 0}, {2, 0}, {3, 0}});
  EXPECT_NEAR(bare->shift, 2, 1e-12);
  EXPECT_NEAR(bare->error, 1 / std::sqrt(3.0), 1e-12);
}

// Whether the mean of equals is one of them to the last bit is no matter.
TEST(PoolTest, WhatAllSayWithoutAnyDoubtIsCertain) {
  for (const size_t count : {2, 4, 20}) {
    const auto pooled = Pool(Shifts(count, {0.1, 0}));
    EXPECT_NEAR(pooled->error, 0, 1e-15);
    EXPECT_GT(pooled->z, 1e9);
    EXPECT_EQ(pooled->p, SignedRankP(Values(count, 0.1)));
    EXPECT_LT(Pool(Shifts(count, {-0.1, 0}))->z, -1e9);
    EXPECT_EQ(Pool(Shifts(count, {0, 0}))->z, 0);
    EXPECT_EQ(Pool(Shifts(count, {0, 0}))->p, 1);
  }
}

TEST(PoolTest, OrderPlaysNoPartAndTheUnitGoesThrough) {
  Shifts shifts = {{1, 0.5}, {2, 1}, {-4, 2}, {0.5, 0.1}};
  const auto plain = Pool(shifts);
  std::reverse(shifts.begin(), shifts.end());
  EXPECT_NEAR(Pool(shifts)->shift, plain->shift, 1e-12);
  EXPECT_NEAR(Pool(shifts)->p, plain->p, 1e-12);
  for (auto& one : shifts) one = {one.shift * -1000, one.error * 1000};
  EXPECT_NEAR(Pool(shifts)->shift, -1000 * plain->shift, 1e-9);
  EXPECT_NEAR(Pool(shifts)->error, 1000 * plain->error, 1e-9);
  EXPECT_NEAR(Pool(shifts)->z, -plain->z, 1e-12);
  EXPECT_NEAR(Pool(shifts)->p, plain->p, 1e-12);
}

TEST(ShareOfTest, CountsThoseThatReachIt) {
  EXPECT_EQ(ShareOf({}, 0), 0);
  EXPECT_EQ(ShareOf(Shifts{{1, 1}, {2, 1}, {3, 1}, {-4, 1}}, 2), 0.5);
  EXPECT_EQ(ShareOf(Shifts{{kNan, 1}, {2, 1}}, 2), 0.5);
}

}  // namespace
}  // namespace hypergauge::analysis
