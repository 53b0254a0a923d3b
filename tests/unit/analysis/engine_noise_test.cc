// What the engine says of the noise of series, and whether a change of that size is found.
#include <gtest/gtest.h>

#include <random>

#include "aggregator/analysis/online_detector.h"
#include "tests/unit/analysis/engine_harness.h"

namespace hypergauge::analysis {
namespace {

TEST(EngineNoiseTest, ASeriesNoiseIsKnownOnceItHasALevel) {
  Fleet fleet;
  fleet.AddNode("a", 1);
  fleet.Steps(39);
  EXPECT_TRUE(fleet.engine->Noise().empty());
  fleet.Steps(111);
  const auto noise = fleet.engine->Noise();
  ASSERT_EQ(noise.size(), 1U);
  EXPECT_EQ(noise[0].node, "a");
  EXPECT_EQ(noise[0].benchmark, "null");
  EXPECT_EQ(noise[0].suite, "quick");
  EXPECT_EQ(noise[0].family, "null_latency_seconds");
  EXPECT_NEAR(noise[0].floor, 0.01, 0.002);
  // 20 points against 130 others: 5.84 sigma over the root of 17.3; but nobody cares below 2 %.
  EXPECT_EQ(noise[0].smallest_step, 0.02);
  fleet.engine->RemoveSeries(1);
  EXPECT_TRUE(fleet.engine->Noise().empty());
}

TEST(EngineNoiseTest, WhatABenchmarkMustChangeByBoundsIt) {
  RegressionOptions options;
  options.min_effect_of["null"] = 0.2;
  Fleet fleet(options);
  fleet.AddNode("a", 1);
  fleet.Steps(100);
  EXPECT_EQ(fleet.engine->Noise().at(0).smallest_step, 0.2);
}

TEST(EngineNoiseTest, AStepDoesNotCountAsNoise) {
  Fleet fleet;
  fleet.AddNode("a", 1);
  fleet.Steps(150);
  fleet.levels[1] = 1.3;
  fleet.Steps(300);
  EXPECT_NEAR(fleet.engine->Noise().at(0).floor, 0.01, 0.004);
}

// Of 400 series with a step of that size.
TEST(DetectorNoiseTest, FourInFiveOfTheSmallestStepsAreSuspectedWithinTwentyPoints) {
  std::mt19937 random(11);
  std::normal_distribution<double> normal;
  int found = 0;
  for (int series = 0; series < 400; ++series) {
    OnlineDetector detector;
    for (int i = 0; i < 150; ++i) static_cast<void>(detector.Add(1 + 0.05 * normal(random)));
    const auto noise = detector.noise();
    ASSERT_TRUE(noise.has_value());
    bool is_suspected = false;
    for (int i = 0; i < 20; ++i) {
      const double value = (1 + noise->smallest_step) * (1 + 0.05 * normal(random));
      is_suspected = detector.Add(value).has_value() || is_suspected;
    }
    found += is_suspected ? 1 : 0;
  }
  EXPECT_NEAR(found / 400.0, 0.8, 0.1);
}

TEST(DetectorNoiseTest, ValuesThatAreNotAboveZeroHaveNoRatio) {
  OnlineDetector detector;
  for (int i = 0; i < 150; ++i) static_cast<void>(detector.Add(i % 2));
  EXPECT_FALSE(detector.noise().has_value());
}

}  // namespace
}  // namespace hypergauge::analysis
