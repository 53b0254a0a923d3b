#include "aggregator/analysis/engine_state.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace hypergauge::analysis {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

float Normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
  return static_cast<float>(sum);
}

RunningLevel After(size_t points, float level, float sigma, std::mt19937_64& random) {
  RunningLevel running;
  for (size_t i = 0; i < points; ++i) running.Take(level + sigma * Normal(random));
  return running;
}

TEST(RunningLevelTest, TheFirstPointIsTheLevel) {
  RunningLevel running;
  EXPECT_EQ(running.Take(-3.5F), 0);
  EXPECT_EQ(running.level, -3.5F);
  EXPECT_EQ(running.sigma, 0);
  EXPECT_EQ(running.count, 1);
}

TEST(RunningLevelTest, SaysHowFarAPointIsFromTheLevelBeforeIt) {
  RunningLevel running;
  running.Take(1);
  EXPECT_FLOAT_EQ(running.Take(2), 1);
  EXPECT_FLOAT_EQ(running.level, 1.5F);
  EXPECT_FLOAT_EQ(running.Take(3), 1.5F);
  EXPECT_FLOAT_EQ(running.level, 2);  // of few points it is the mean
}

TEST(RunningLevelTest, IsReadyAfterTwentyPoints) {
  RunningLevel running;
  for (int i = 0; i < 20; ++i) running.Take(1);
  EXPECT_FALSE(running.is_ready());
  running.Take(1);
  EXPECT_TRUE(running.is_ready());
}

TEST(RunningLevelTest, EqualPointsHaveNoNoise) {
  RunningLevel running;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(running.Take(0.25F), 0);
  EXPECT_EQ(running.level, 0.25F);
  EXPECT_EQ(running.sigma, 0);
  EXPECT_EQ(running.Take(1.25F), 1);  // and the first other one gives it some
  EXPECT_TRUE(std::isfinite(running.level));
  EXPECT_GT(running.sigma, 0);
}

TEST(RunningLevelTest, LearnsLevelAndNoise) {
  std::mt19937_64 random(1);
  for (const float sigma : {0.001F, 0.05F, 3.0F}) {
    auto running = After(1000, -7, sigma, random);
    double levels = 0;
    double sigmas = 0;
    for (int i = 0; i < 2000; ++i) {
      running.Take(-7 + sigma * Normal(random));
      levels += running.level;
      sigmas += running.sigma;
      EXPECT_NEAR(running.level, -7, 0.4 * sigma);
    }
    EXPECT_NEAR(levels / 2000, -7, 0.1 * sigma);
    EXPECT_NEAR(sigmas / 2000, sigma, 0.1 * sigma);
  }
}

TEST(RunningLevelTest, ASpikeHardlyMovesIt) {
  std::mt19937_64 random(2);
  auto running = After(500, 0, 0.1F, random);
  const RunningLevel before = running;
  running.Take(1e6F);
  EXPECT_GT(running.level, before.level);
  EXPECT_LE(running.level - before.level, 0.01F * before.sigma);
  EXPECT_LE(running.sigma, 1.05F * before.sigma);
}

TEST(RunningLevelTest, FollowsAStepInTheEnd) {
  std::mt19937_64 random(3);
  auto running = After(500, 0, 0.01F, random);
  for (int i = 0; i < 10; ++i) running.Take(0.3F + 0.01F * Normal(random));
  EXPECT_LT(running.level, 0.01F);  // not at once
  for (int i = 0; i < 2000; ++i) running.Take(0.3F + 0.01F * Normal(random));
  EXPECT_NEAR(running.level, 0.3, 0.01);
}

TEST(RunningLevelTest, TheOriginPlaysNoPart) {
  std::mt19937_64 one(4);
  std::mt19937_64 other(4);
  const auto low = After(300, 0, 0.5F, one);
  const auto high = After(300, 8, 0.5F, other);
  EXPECT_NEAR(high.level - 8, low.level, 1e-3);
  EXPECT_NEAR(high.sigma, low.sigma, 1e-2);
}

TEST(RunningLevelTest, TheCountDoesNotOverflow) {
  RunningLevel running;
  for (int i = 0; i < 70'000; ++i) running.Take(i % 2 == 0 ? 1.0F : 2.0F);
  EXPECT_EQ(running.count, 60'000);
  EXPECT_NEAR(running.level, 1.5, 0.1);
}

TEST(PatienceTest, HearsWhatIsSuspicious) {
  Patience patience;
  EXPECT_FALSE(patience.Listen(false));
  EXPECT_TRUE(patience.Listen(true));
  EXPECT_TRUE(patience.Listen(true));
}

// How many suspicious points in a row are not heard.
int Unheard(Patience& patience) {
  int points = 0;
  while (!patience.Listen(true)) ++points;
  return points;
}

TEST(PatienceTest, WaitsTwiceAsLongAfterEachRefusalUpToALimit) {
  Patience patience;
  for (const int points : {2, 4, 8, 16, 32, 64, 64, 64}) {
    patience.Refuse();
    EXPECT_EQ(Unheard(patience), points);
  }
  for (int i = 0; i < 1000; ++i) patience.Refuse();
  EXPECT_EQ(Unheard(patience), 64);
}

TEST(PatienceTest, AQuietPointEndsTheWait) {
  Patience patience;
  for (int i = 0; i < 5; ++i) patience.Refuse();
  EXPECT_FALSE(patience.Listen(true));
  EXPECT_FALSE(patience.Listen(false));
  EXPECT_TRUE(patience.Listen(true));  // it is something else
}

TEST(OrientedEffectTest, IsTheRatioTheWorseWayRound) {
  EXPECT_DOUBLE_EQ(OrientedEffect(10, 13, false), 0.3);
  EXPECT_DOUBLE_EQ(OrientedEffect(10, 8, false), -0.2);
  EXPECT_DOUBLE_EQ(OrientedEffect(10, 8, true), 0.25);  // takes 1.25 times as long
  EXPECT_DOUBLE_EQ(OrientedEffect(8, 10, true), -0.2);
  EXPECT_EQ(OrientedEffect(5, 5, false), 0);
  EXPECT_EQ(OrientedEffect(5, 5, true), 0);
}

TEST(OrientedEffectTest, ExchangedSidesAndDirectionsAreTheSame) {
  for (const double a : {0.001, 1.0, 3.7, 1e9}) {
    for (const double b : {0.002, 1.0, 5.0}) {
      EXPECT_DOUBLE_EQ(OrientedEffect(a, b, true), OrientedEffect(b, a, false));
      const double product = (1 + OrientedEffect(a, b, true)) * (1 + OrientedEffect(b, a, true));
      if (std::abs(OrientedEffect(a, b, true)) < 999 &&
          std::abs(OrientedEffect(b, a, true)) < 999) {
        EXPECT_NEAR(product, 1, 1e-9);
      }
    }
  }
}

TEST(OrientedEffectTest, StaysWithinAThousand) {
  EXPECT_EQ(OrientedEffect(0, 0, false), 0);
  EXPECT_EQ(OrientedEffect(0, 1e-300, false), 1000);
  EXPECT_EQ(OrientedEffect(1e-300, 1e300, false), 1000);
  EXPECT_EQ(OrientedEffect(5, 0, false), -1);
  EXPECT_EQ(OrientedEffect(5, 0, true), 1000);  // nothing is done any more
  EXPECT_EQ(OrientedEffect(0, 5, true), -1);
  EXPECT_EQ(OrientedEffect(1, kInfinity, false), 1000);
  EXPECT_EQ(OrientedEffect(0, -1, false), -1000);
}

TEST(OrientedEffectTest, BelowNothingMoreIsStillMore) {
  EXPECT_DOUBLE_EQ(OrientedEffect(-10, -8, false), 0.2);
  EXPECT_DOUBLE_EQ(OrientedEffect(-10, -12, false), -0.2);
}

}  // namespace
}  // namespace hypergauge::analysis
