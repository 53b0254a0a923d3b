#include "aggregator/analysis/attribution.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace hypergauge::analysis {
namespace {

using enum RegressionScope;
using Shifts = std::vector<LevelShift>;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

Cohort Of(RegressionScope scope, Shifts others, size_t other_hosts = 0) {
  return {.scope = scope,
          .subject = "s",
          .others = std::move(others),
          .other_hosts = other_hosts,
          .matches_event = false};
}

NodeEvent EventAt(int64_t at, const char* subject = "kernel_release") {
  return {
      .unix_nanos = at, .node = "n", .subject = subject, .old_value = "6.1", .new_value = "6.6"};
}

TEST(SharesTest, TwoOthersThatMovedAlikeShareIt) {
  EXPECT_TRUE(Shares(Of(kHost, {{0.1, 0.01}, {0.1, 0.01}}), 0.1));
  EXPECT_FALSE(Shares(Of(kHost, {{0.1, 0.01}}), 0.1));
  EXPECT_FALSE(Shares(Of(kHost, {}), 0.1));
}

TEST(SharesTest, HalfOfThemByHalfOfIt) {
  const LevelShift moved{0.055, 0.001};
  const LevelShift stayed{0.0, 0.1};  // and knows little, so that the mean is that of the movers
  EXPECT_TRUE(Shares(Of(kHost, {moved, moved, stayed, stayed}), 0.1));
  EXPECT_FALSE(Shares(Of(kHost, {moved, moved, stayed, stayed, stayed}), 0.1));
  EXPECT_FALSE(Shares(Of(kHost, {moved, moved}), 0.12));  // less than half of it
}

TEST(SharesTest, NotWhereTheOthersTogetherDidNotMove) {
  // Half of them moved, but those that stayed know better.
  EXPECT_FALSE(Shares(Of(kHost, {{0.1, 0.1}, {0.1, 0.1}, {0, 0.001}, {0, 0.001}}), 0.1));
}

TEST(SharesTest, DoubtIsMeasuredInStandardErrors) {
  // Two with an error of 0.04 have 0.028 together: 3.54 of them are 0.1, 3.18 are 0.09.
  EXPECT_TRUE(Shares(Of(kHost, {{0.1, 0.04}, {0.1, 0.04}}), 0.1));
  EXPECT_FALSE(Shares(Of(kHost, {{0.09, 0.04}, {0.09, 0.04}}), 0.1));
  EXPECT_TRUE(Shares(Of(kHost, {{0.09, 0}, {0.09, 0}}), 0.1));
}

TEST(SharesTest, AReleaseIsKnownByTwoOtherHosts) {
  const Shifts moved = {{0.1, 0.01}, {0.1, 0.01}, {0.1, 0.01}};
  for (const auto scope : {kPlatform, kKernel, kGuestImage}) {
    EXPECT_FALSE(Shares(Of(scope, moved, 0), 0.1));
    EXPECT_FALSE(Shares(Of(scope, moved, 1), 0.1));
    EXPECT_TRUE(Shares(Of(scope, moved, 2), 0.1));
  }
  EXPECT_TRUE(Shares(Of(kHost, moved, 0), 0.1));
}

TEST(SharesTest, AnImprovementIsNobodysFault) {
  EXPECT_FALSE(Shares(Of(kHost, {{-0.1, 0.01}, {-0.1, 0.01}}), -0.1));
  EXPECT_FALSE(Shares(Of(kHost, {{0.1, 0.01}, {0.1, 0.01}}), 0));
  EXPECT_FALSE(Shares(Of(kHost, {{-0.1, 0.01}, {-0.1, 0.01}}), 0.1));
}

TEST(SharesTest, TheUnitPlaysNoPart) {
  for (const double factor : {1e-6, 1.0, 1e6}) {
    Shifts shifts = {{0.1, 0.02}, {0.08, 0.02}, {0.09, 0.02}};
    for (auto& one : shifts) one = {one.shift * factor, one.error * factor};
    EXPECT_TRUE(Shares(Of(kHost, shifts), 0.1 * factor)) << factor;
    EXPECT_FALSE(Shares(Of(kHost, shifts), 0.2 * factor)) << factor;
  }
}

TEST(ChooseCohortTest, NothingWhereNoneShares) {
  EXPECT_FALSE(ChooseCohort({}, 0.1));
  const std::vector<Cohort> cohorts = {Of(kHost, {{0, 0.01}, {0, 0.01}})};
  EXPECT_FALSE(ChooseCohort(cohorts, 0.1));
}

TEST(ChooseCohortTest, AReleaseGoesBeforeAHostAndAnEventBeforeBoth) {
  const Shifts sure = {{0.1, 0.001}, {0.1, 0.001}};
  const Shifts fair = {{0.1, 0.01}, {0.1, 0.01}};
  std::vector<Cohort> cohorts = {Of(kHost, sure), Of(kPlatform, fair, 2), Of(kKernel, fair, 2)};
  EXPECT_EQ(ChooseCohort(cohorts, 0.1), 1U);  // of equals the first
  cohorts[2].matches_event = true;
  EXPECT_EQ(ChooseCohort(cohorts, 0.1), 2U);
  cohorts[2].other_hosts = 1;  // an event alone does not do
  EXPECT_EQ(ChooseCohort(cohorts, 0.1), 1U);
  cohorts[1].others.pop_back();
  EXPECT_EQ(ChooseCohort(cohorts, 0.1), 0U);
}

TEST(ChooseCohortTest, ThenTheClearest) {
  const std::vector<Cohort> cohorts = {Of(kPlatform, {{0.1, 0.02}, {0.1, 0.02}}, 2),
                                       Of(kKernel, {{0.1, 0.01}, {0.1, 0.01}}, 2),
                                       Of(kGuestImage, {{0.1, 0.02}, {0.1, 0.02}}, 2)};
  EXPECT_EQ(ChooseCohort(cohorts, 0.1), 1U);
}

TEST(ChooseCohortTest, NothingIsClearerThanNoDoubtAtAll) {
  const std::vector<Cohort> cohorts = {Of(kPlatform, {{0.1, 0.01}, {0.1, 0.01}}, 2),
                                       Of(kKernel, {{0.1, 0}, {0.1, 0}}, 2)};
  EXPECT_EQ(ChooseCohort(cohorts, 0.1), 1U);
}

TEST(BlameTest, SaysWhoseFaultItIs) {
  EXPECT_EQ(Blame(kNode, {}), "node");
  EXPECT_EQ(Blame(kHost, true), "host");
  EXPECT_EQ(Blame(kHost, false), "hypervisor or contention");
  EXPECT_EQ(Blame(kHost, {}), "host, hypervisor or contention");
  EXPECT_EQ(Blame(kPlatform, {}), "release");
  EXPECT_EQ(Blame(kKernel, true), "kernel");
  EXPECT_EQ(Blame(kGuestImage, {}), "guest image");
}

TEST(NearestEventTest, IsTheLastOneBeforeTheChange) {
  const std::vector<NodeEvent> events = {EventAt(100), EventAt(200), EventAt(300)};
  EXPECT_EQ(NearestEvent(events, 250, 1000, 0), &events[1]);
  EXPECT_EQ(NearestEvent(events, 300, 1000, 0), &events[2]);
  EXPECT_EQ(NearestEvent(events, 1000, 1000, 0), &events[2]);
  EXPECT_EQ(NearestEvent({}, 250, 1000, 0), nullptr);
}

TEST(NearestEventTest, ReachAndSlackAreItsBounds) {
  const std::vector<NodeEvent> events = {EventAt(100)};
  EXPECT_EQ(NearestEvent(events, 150, 50, 0), &events[0]);
  EXPECT_EQ(NearestEvent(events, 151, 50, 0), nullptr);
  EXPECT_EQ(NearestEvent(events, 90, 50, 10), &events[0]);
  EXPECT_EQ(NearestEvent(events, 89, 50, 10), nullptr);
}

TEST(NearestEventTest, OrderPlaysNoPartButOfEqualsTheLastIsTaken) {
  const std::vector<NodeEvent> events = {EventAt(300), EventAt(100, "a"), EventAt(200, "b"),
                                         EventAt(200, "c")};
  EXPECT_EQ(NearestEvent(events, 250, 1000, 0), &events[3]);
}

TEST(CauseTextTest, IsASentence) {
  EXPECT_EQ(CauseText(EventAt(0), 25 * kMinute),
            "kernel_release changed from 6.1 to 6.6, 25 min before");
  auto event = EventAt(0);
  event.old_value.clear();
  EXPECT_EQ(CauseText(event, 0), "kernel_release changed from nothing to 6.6, at once");
  event.new_value.clear();
  EXPECT_EQ(CauseText(event, -kHour), "kernel_release changed from nothing to nothing, at once");
}

TEST(CauseTextTest, RoundsDurations) {
  const auto distance = [](int64_t nanos) {
    const auto text = CauseText(EventAt(0), nanos);
    return text.substr(text.find(", ") + 2);
  };
  EXPECT_EQ(distance(29 * kSecond), "at once");
  EXPECT_EQ(distance(31 * kSecond), "1 min before");
  EXPECT_EQ(distance(25 * kMinute + 29 * kSecond), "25 min before");
  EXPECT_EQ(distance(25 * kMinute + 31 * kSecond), "26 min before");
  EXPECT_EQ(distance(119 * kMinute), "119 min before");
  EXPECT_EQ(distance(2 * kHour), "2 h before");
  EXPECT_EQ(distance(2 * kHour + 31 * kMinute), "3 h before");
  EXPECT_EQ(distance(47 * kHour + 29 * kMinute), "47 h before");
  EXPECT_EQ(distance(48 * kHour), "2 days before");
  EXPECT_EQ(distance(61 * kHour), "3 days before");
}

}  // namespace
}  // namespace hypergauge::analysis
