#include "tests/sim/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/sim/interval_errors.h"

namespace hypergauge::sim {
namespace {

using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Figures Fine() {
  Figures figures;
  figures.options.faults = false;
  figures.counts.completed = 1;
  return figures;
}

TEST(FiguresTest, WhatTheScheduleMustDoIsChecked) {
  EXPECT_THAT(Failures(Fine()), IsEmpty());
  Figures figures = Fine();
  figures.collisions = 1;
  figures.violations["granted while paused"] = 2;
  figures.counts.missed["busy"] = 1;
  figures.interval_error.worst = 0.11;
  EXPECT_THAT(Failures(figures), ElementsAre("measurements met", "granted while paused",
                                             "turns were missed without a fault",
                                             "an interval is more than 10 % off"));
  figures.options.faults = true;
  EXPECT_THAT(Failures(figures), ElementsAre("measurements met", "granted while paused"));
}

TEST(FiguresTest, ALongIntervalIsNoFailureAboveHalfOccupancy) {
  Figures figures = Fine();
  figures.interval_error.worst = 0.11;
  figures.options.occupancy = 0.8;
  EXPECT_THAT(Failures(figures), IsEmpty());
}

TEST(FiguresTest, JsonSaysWhatTextSays) {
  Figures figures = Fine();
  figures.collisions = 3;
  figures.counts.missed["busy"] = 5;
  const auto json = nlohmann::json::parse(Json(figures));
  EXPECT_EQ(json["collisions"], 3);
  EXPECT_EQ(json["missed"]["busy"], 5);
  EXPECT_EQ(json["failures"].size(), 2U);
  EXPECT_THAT(Text(figures), HasSubstr("missed                5 (busy 5)"));
}

TEST(IntervalErrorsTest, AGapIsComparedWithTheIntervalThatItsHostHad) {
  IntervalErrors errors(2, 1);
  errors.Began(0, 0, minutes(0), minutes(10));
  errors.Began(0, 0, minutes(11), minutes(10));
  errors.Began(0, 0, minutes(21), minutes(10));
  const auto result = errors.Result();
  EXPECT_EQ(result.count, 2U);
  EXPECT_NEAR(result.worst, 0.1, 1e-6);
  EXPECT_NEAR(errors.Jain(), 0.5, 1e-9) << "the other node had nothing";
}

TEST(IntervalErrorsTest, AGapWithAFaultDoesNotCount) {
  IntervalErrors errors(1, 1);
  errors.Began(0, 0, minutes(0), minutes(10));
  errors.NodeFault(0);
  errors.Began(0, 0, minutes(100), minutes(10));
  errors.HostFault(0);
  errors.Began(0, 0, minutes(200), minutes(10));
  errors.GlobalFault();
  errors.Began(0, 0, minutes(300), minutes(10));
  EXPECT_EQ(errors.Result().count, 0U);
  errors.Began(0, 0, minutes(310), minutes(10));
  EXPECT_EQ(errors.Result().count, 1U);
}

}  // namespace
}  // namespace hypergauge::sim
