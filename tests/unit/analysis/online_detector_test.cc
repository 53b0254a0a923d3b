#include "aggregator/analysis/online_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace hypergauge::analysis {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Adds `count` values round `level` with a standard deviation of 1; the last suspicion.
class Series {
 public:
  explicit Series(Direction direction = Direction::kBoth) : detector_(direction) {}

  std::optional<OnlineDetector::Suspicion> Add(int count, double level) {
    std::optional<OnlineDetector::Suspicion> suspicion;
    for (int i = 0; i < count; ++i) suspicion = detector_.Add(level + normal_(random_));
    return suspicion;
  }

  OnlineDetector& detector() { return detector_; }

 private:
  OnlineDetector detector_;
  std::mt19937 random_{3};
  std::normal_distribution<double> normal_;
};

TEST(OnlineDetectorTest, SuspectsAShiftWithinEightPoints) {
  for (const double level : {105.0, 95.0, -105.0}) {
    Series series;
    const double start = level > 0 ? 100 : -100;
    ASSERT_FALSE(series.Add(150, start));
    const auto suspicion = series.Add(8, level);
    ASSERT_TRUE(suspicion) << level;
    EXPECT_NEAR(static_cast<double>(suspicion->onset), 150, 1);
    EXPECT_NEAR(suspicion->before, start, 0.5);
    EXPECT_NEAR(suspicion->after, level, 1.5);
    EXPECT_EQ(suspicion->sigmas > 0, level > start);
  }
}

TEST(OnlineDetectorTest, NeedsABaselineAndEnoughPointsAfterIt) {
  Series series;
  EXPECT_FALSE(series.Add(19, 100));
  EXPECT_FALSE(series.Add(5, 200));
  EXPECT_FALSE(series.Add(1, 200));
}

TEST(OnlineDetectorTest, AFewSpikesDoNotSuffice) {
  Series series;
  series.Add(100, 100);
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(series.detector().Add(1e6));
    EXPECT_FALSE(series.Add(10, 100));
  }
}

TEST(OnlineDetectorTest, MissingPointsCountForTheOnsetOnly) {
  Series series;
  for (int i = 0; i < 100; ++i) {
    series.Add(1, 100);
    EXPECT_FALSE(series.detector().Add(kMissing));
  }
  const auto suspicion = series.Add(8, 110);
  ASSERT_TRUE(suspicion);
  EXPECT_NEAR(static_cast<double>(suspicion->onset), 200, 2);
}

TEST(OnlineDetectorTest, ARestartForgetsTheLevelAndCountsOn) {
  Series series;
  series.Add(100, 100);
  series.detector().Restart();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(series.Add(1, 200));
  const auto suspicion = series.Add(8, 300);
  ASSERT_TRUE(suspicion);
  EXPECT_NEAR(static_cast<double>(suspicion->onset), 200, 1);
}

TEST(OnlineDetectorTest, OnlyTheDirectionAskedForIsTold) {
  Series up(Direction::kUp);
  up.Add(100, 100);
  EXPECT_FALSE(up.Add(10, 80));
  Series down(Direction::kDown);
  down.Add(100, 100);
  EXPECT_TRUE(down.Add(10, 80));
}

TEST(OnlineDetectorTest, AConstantThatShiftsIsSuspectedBySixPointsButNotByThree) {
  OnlineDetector detector;
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(detector.Add(0));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(detector.Add(7));
  for (int i = 0; i < 2; ++i) (void)detector.Add(7);
  EXPECT_TRUE(detector.Add(7));
}

TEST(OnlineDetectorTest, ExtremeValuesDoNoHarm) {
  constexpr double kHuge = std::numeric_limits<double>::max();
  OnlineDetector detector;
  for (int i = 0; i < 200; ++i) {
    const auto suspicion = detector.Add(i % 2 == 0 ? kHuge : -kHuge);
    EXPECT_FALSE(suspicion && std::isnan(suspicion->sigmas));
  }
}

}  // namespace
}  // namespace hypergauge::analysis
