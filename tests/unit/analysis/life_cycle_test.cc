#include "aggregator/analysis/life_cycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hypergauge::analysis {
namespace {

using enum RegressionState;
using ::testing::HasSubstr;

constexpr RegressionState kAll[] = {kSuspect,  kFiring,   kAcknowledged, kMuted,
                                    kResolved, kAccepted, kRetracted};

// The arrows of regression.h, one by one. Nothing leads out of the last three.
const std::set<std::pair<RegressionState, RegressionState>> kArrows = {
    {kSuspect, kFiring},        {kSuspect, kRetracted},      {kFiring, kAcknowledged},
    {kFiring, kMuted},          {kFiring, kResolved},        {kFiring, kAccepted},
    {kFiring, kRetracted},      {kAcknowledged, kMuted},     {kAcknowledged, kResolved},
    {kAcknowledged, kAccepted}, {kAcknowledged, kRetracted}, {kMuted, kAcknowledged},
    {kMuted, kResolved},        {kMuted, kAccepted},         {kMuted, kRetracted}};

Regression In(RegressionState state) {
  Regression regression;
  regression.id = 17;
  Begin(regression, state, 100);
  return regression;
}

TEST(LifeCycleTest, OnlyTheArrowsMayBeGone) {
  for (const auto from : kAll) {
    for (const auto to : kAll) {
      const bool is_arrow = kArrows.contains({from, to});
      EXPECT_EQ(MayFollow(from, to), is_arrow) << ToString(from) << " -> " << ToString(to);
      auto regression = In(from);
      EXPECT_EQ(Enter(regression, to, 200).has_value(), is_arrow);
    }
  }
}

TEST(LifeCycleTest, NoStateFollowsItself) {
  for (const auto state : kAll) EXPECT_FALSE(MayFollow(state, state)) << ToString(state);
}

TEST(LifeCycleTest, IsOpenWhileAnArrowLeadsOut) {
  for (const auto state : kAll) {
    const bool leads_out = std::any_of(kArrows.begin(), kArrows.end(),
                                       [&](const auto& arrow) { return arrow.first == state; });
    EXPECT_EQ(IsOpen(state), leads_out) << ToString(state);
  }
}

TEST(LifeCycleTest, WritesDownWhenItCameIntoEachState) {
  Regression regression;
  Begin(regression, kSuspect, 10);
  ASSERT_TRUE(Enter(regression, kFiring, 20));
  ASSERT_TRUE(Enter(regression, kMuted, 30));
  ASSERT_TRUE(Enter(regression, kAcknowledged, 40));
  ASSERT_TRUE(Enter(regression, kMuted, 50));
  ASSERT_TRUE(Enter(regression, kResolved, 60));
  EXPECT_EQ(regression.state, kResolved);
  EXPECT_EQ(regression.entered, (std::array<int64_t, kRegressionStates>{10, 20, 40, 50, 60, 0, 0}));
}

TEST(LifeCycleTest, WhatMayNotFollowChangesNothingAndNamesBoth) {
  auto regression = In(kAccepted);
  const auto entered = Enter(regression, kFiring, 200);
  ASSERT_FALSE(entered);
  EXPECT_EQ(entered.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(entered.error().message, HasSubstr("17"));
  EXPECT_THAT(entered.error().message, HasSubstr("accepted"));
  EXPECT_THAT(entered.error().message, HasSubstr("firing"));
  EXPECT_EQ(regression.state, kAccepted);
  EXPECT_EQ(regression.entered, In(kAccepted).entered);
}

TEST(LifeCycleTest, ASuspectIsOutOfTheReachOfCommands) {
  for (const auto to : {kAcknowledged, kMuted, kAccepted}) EXPECT_FALSE(MayFollow(kSuspect, to));
}

TEST(LifeCycleTest, EverythingHasANameOfItsOwn) {
  std::vector<std::string> names;
  for (const auto state : kAll) names.emplace_back(ToString(state));
  EXPECT_EQ(names, (std::vector<std::string>{"suspect", "firing", "acknowledged", "muted",
                                             "resolved", "accepted", "retracted"}));
  EXPECT_EQ(ToString(RegressionScope::kNode), "node");
  EXPECT_EQ(ToString(RegressionScope::kHost), "host");
  EXPECT_EQ(ToString(RegressionScope::kPlatform), "platform");
  EXPECT_EQ(ToString(RegressionScope::kKernel), "kernel");
  EXPECT_EQ(ToString(RegressionScope::kGuestImage), "guest_image");
  EXPECT_EQ(ToString(RegressionKind::kStep), "step");
  EXPECT_EQ(ToString(RegressionKind::kDrift), "drift");
  EXPECT_EQ(ToString(RegressionKind::kModes), "modes");
}

}  // namespace
}  // namespace hypergauge::analysis
