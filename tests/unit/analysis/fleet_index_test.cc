#include "aggregator/analysis/fleet_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace hypergauge::analysis {
namespace {

using enum RegressionScope;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

NodeInfo Guest(const std::string& name) {
  return {.node = name,
          .host = "h1",
          .role = "guest",
          .platform = "proxmox-ve",
          .platform_version = "8.1",
          .kernel = "6.1.0-28",
          .guest_image = "debian-12"};
}

SeriesInfo Series(int64_t number, const std::string& node, const std::string& labels = {}) {
  return {.series = number,
          .node = node,
          .benchmark = "null",
          .suite = "quick",
          .family = "null_latency_seconds",
          .labels = labels,
          .segment = "1"};
}

NodeEvent EventAt(int64_t at, const std::string& subject = {}) {
  NodeEvent event;
  event.unix_nanos = at;
  event.node = "g1";
  event.subject = subject;
  return event;
}

std::vector<int64_t> Members(const FleetIndex& index, uint32_t group) {
  std::vector<int64_t> members;
  for (const Slot slot : index.group(group).members) members.push_back(index.series(slot).series);
  return members;
}

TEST(FleetIndexTest, EachScopeHasItsSubject) {
  const auto guest = Guest("g1");
  EXPECT_EQ(FleetIndex::Subject(guest, kNode), "g1");
  EXPECT_EQ(FleetIndex::Subject(guest, kHost), "h1");
  EXPECT_EQ(FleetIndex::Subject(guest, kPlatform), "proxmox-ve 8.1");
  EXPECT_EQ(FleetIndex::Subject(guest, kKernel), "6.1.0-28");
  EXPECT_EQ(FleetIndex::Subject(guest, kGuestImage), "debian-12");
}

TEST(FleetIndexTest, AHostIsItsOwnAndWhatIsNotKnownHasNoSubject) {
  NodeInfo node;
  node.node = "h1";
  node.role = "host";
  EXPECT_EQ(FleetIndex::Subject(node, kHost), "h1");
  node.role = "guest";
  for (const auto scope : kGroupScopes) EXPECT_EQ(FleetIndex::Subject(node, scope), "");
  node.platform = "proxmox-ve";  // of no version: that is no release
  EXPECT_EQ(FleetIndex::Subject(node, kPlatform), "");
}

TEST(FleetIndexTest, AnEmptyOneKnowsNothing) {
  const FleetIndex index;
  EXPECT_EQ(index.Find(1), kNone);
  EXPECT_EQ(index.FindNode("g1"), kNone);
  EXPECT_EQ(index.series_count(), 0U);
  EXPECT_EQ(index.group_count(), 0U);
}

TEST(FleetIndexTest, ASeriesIsNewOnce) {
  FleetIndex index;
  index.PutNode(Guest("g1"), 0);
  const auto placed = index.PutSeries(Series(7, "g1"));
  EXPECT_TRUE(placed.is_new);
  EXPECT_FALSE(placed.is_replaced);
  const auto again = index.PutSeries(Series(7, "g1"));
  EXPECT_FALSE(again.is_new);
  EXPECT_FALSE(again.is_replaced);
  EXPECT_EQ(again.slot, placed.slot);
  EXPECT_EQ(index.Find(7), placed.slot);
  EXPECT_EQ(index.series_count(), 1U);
  EXPECT_EQ(index.NodeOf(placed.slot).info.node, "g1");
  EXPECT_EQ(index.MeasureOf(placed.slot).family, "null_latency_seconds");
}

TEST(FleetIndexTest, AnotherSegmentTakesThePlace) {
  FleetIndex index;
  index.PutNode(Guest("g1"), 0);
  const auto former = index.PutSeries(Series(7, "g1"));
  const auto placed = index.PutSeries(Series(8, "g1"));
  EXPECT_TRUE(placed.is_replaced);
  EXPECT_EQ(placed.replaced, 7);
  EXPECT_EQ(placed.slot, former.slot);
  EXPECT_EQ(index.Find(7), kNone);
  EXPECT_EQ(index.Find(8), former.slot);
  EXPECT_EQ(index.series_count(), 1U);
  // Other labels, or another node, are another series.
  EXPECT_TRUE(index.PutSeries(Series(9, "g1", "cpu=1")).is_new);
  EXPECT_TRUE(index.PutSeries(Series(10, "g2")).is_new);
}

TEST(FleetIndexTest, GroupsAreThoseOfOneMeasure) {
  FleetIndex index;
  index.PutNode(Guest("g1"), 0);
  auto other = Guest("g2");
  other.kernel = "6.6";
  index.PutNode(other, 0);
  const auto slot = index.PutSeries(Series(1, "g1")).slot;
  const auto second = index.PutSeries(Series(2, "g2")).slot;
  const auto third = index.PutSeries(Series(3, "g1", "cpu=1")).slot;
  EXPECT_EQ(index.series(slot).measure, index.series(second).measure);
  EXPECT_NE(index.series(slot).measure, index.series(third).measure);
  const auto& groups = index.series(slot).groups;
  EXPECT_THAT(Members(index, groups[0]), UnorderedElementsAre(1, 2));  // the host's
  EXPECT_THAT(Members(index, groups[1]), UnorderedElementsAre(1, 2));  // the release's
  EXPECT_THAT(Members(index, groups[2]), ElementsAre(1));              // the kernel's
  EXPECT_THAT(Members(index, groups[3]), UnorderedElementsAre(1, 2));  // the image's
  EXPECT_EQ(index.group(groups[2]).scope, kKernel);
  EXPECT_EQ(index.group(groups[2]).subject, "6.1.0-28");
  EXPECT_THAT(Members(index, index.series(third).groups[0]), ElementsAre(3));
}

TEST(FleetIndexTest, ANodeThatBecomesAnotherChangesItsGroups) {
  FleetIndex index;
  EXPECT_THAT(index.PutNode(Guest("g1"), 10), IsEmpty());
  index.PutNode(Guest("g2"), 10);
  const auto slot = index.PutSeries(Series(1, "g1")).slot;
  const auto second = index.PutSeries(Series(2, "g2")).slot;
  auto moved = Guest("g1");
  moved.host = "h2";
  moved.kernel = "6.6";
  EXPECT_THAT(index.PutNode(moved, 20), ElementsAre(kHost, kKernel));
  EXPECT_THAT(Members(index, index.series(slot).groups[0]), ElementsAre(1));
  EXPECT_EQ(index.group(index.series(slot).groups[0]).subject, "h2");
  EXPECT_THAT(Members(index, index.series(second).groups[0]), ElementsAre(2));
  EXPECT_THAT(Members(index, index.series(slot).groups[1]), UnorderedElementsAre(1, 2));
  EXPECT_THAT(index.NodeOf(slot).changed_at, ElementsAre(20, 0, 20, 0));
  EXPECT_THAT(index.PutNode(moved, 30), IsEmpty());
  EXPECT_THAT(index.NodeOf(slot).changed_at, ElementsAre(20, 0, 20, 0));
  // Back again: the groups of old.
  index.PutNode(Guest("g1"), 40);
  EXPECT_THAT(Members(index, index.series(second).groups[0]), UnorderedElementsAre(1, 2));
}

TEST(FleetIndexTest, WhatChangedBeforeCanBeSaid) {
  FleetIndex index;
  index.PutNode(Guest("g1"), 0);
  const auto slot = index.PutSeries(Series(1, "g1")).slot;
  index.PutChange("g1", kKernel, 20);
  index.PutChange("g1", kNode, 30);
  index.PutChange("stranger", kHost, 40);
  EXPECT_THAT(index.NodeOf(slot).changed_at, ElementsAre(0, 0, 20, 0));
  EXPECT_EQ(index.FindNode("stranger"), kNone);
}

TEST(FleetIndexTest, WhatWasNotKnownDidNotBecomeAnother) {
  FleetIndex index;
  index.AddEvent(EventAt(5));
  const auto slot = index.PutSeries(Series(1, "g1")).slot;
  for (const uint32_t group : index.series(slot).groups) EXPECT_EQ(group, kNone);
  EXPECT_THAT(index.PutNode(Guest("g1"), 20), IsEmpty());
  EXPECT_THAT(index.NodeOf(slot).changed_at, ElementsAre(0, 0, 0, 0));
  for (const uint32_t group : index.series(slot).groups) {
    ASSERT_NE(group, kNone);
    EXPECT_THAT(Members(index, group), ElementsAre(1));
  }
}

TEST(FleetIndexTest, WhatIsNoLongerKnownIsInNoGroup) {
  FleetIndex index;
  index.PutNode(Guest("g1"), 0);
  const auto slot = index.PutSeries(Series(1, "g1")).slot;
  const auto group = index.series(slot).groups[3];
  auto node = Guest("g1");
  node.guest_image.clear();
  index.PutNode(node, 20);
  EXPECT_EQ(index.series(slot).groups[3], kNone);
  EXPECT_THAT(Members(index, group), IsEmpty());
}

TEST(FleetIndexTest, ARemovedSeriesIsInNoGroupAndComesBackAsANewOne) {
  FleetIndex index;
  index.PutNode(Guest("g1"), 0);
  const auto slot = index.PutSeries(Series(1, "g1")).slot;
  const auto group = index.series(slot).groups[0];
  index.RemoveSeries(slot);
  EXPECT_EQ(index.Find(1), kNone);
  EXPECT_EQ(index.series_count(), 0U);
  EXPECT_EQ(index.series(slot).measure, kNone);
  EXPECT_THAT(Members(index, group), IsEmpty());
  EXPECT_THAT(index.node(index.FindNode("g1")).series, IsEmpty());
  const auto placed = index.PutSeries(Series(1, "g1"));
  EXPECT_TRUE(placed.is_new);
  EXPECT_EQ(index.series(placed.slot).groups[0], group);
  EXPECT_THAT(Members(index, group), ElementsAre(1));
}

TEST(FleetIndexTest, EventsAreInTheOrderOfTheirTime) {
  FleetIndex index;
  for (const int64_t at : {30, 10, 20, 10}) {
    const auto count =
        index.FindNode("g1") == kNone ? size_t{0} : index.node(index.FindNode("g1")).events.size();
    index.AddEvent(EventAt(at, std::to_string(count)));
  }
  std::vector<std::string> subjects;
  for (const auto& event : index.node(index.FindNode("g1")).events) {
    subjects.push_back(event.subject);
  }
  EXPECT_THAT(subjects, ElementsAre("1", "3", "2", "0"));  // of equals the first stays first
}

TEST(FleetIndexTest, OnlyTheLatestEventsAreKept) {
  FleetIndex index;
  for (int64_t at = 1; at <= 10'000; ++at) index.AddEvent(EventAt(at));
  const auto& events = index.node(index.FindNode("g1")).events;
  EXPECT_EQ(events.size(), 32U);
  EXPECT_EQ(events.front().unix_nanos, 9'969);
  EXPECT_EQ(events.back().unix_nanos, 10'000);
  index.AddEvent(EventAt(1));  // which is older than all
  EXPECT_EQ(events.front().unix_nanos, 9'969);
  EXPECT_EQ(events.size(), 32U);
}

TEST(FleetIndexTest, AnIntervalIsAboveNothing) {
  FleetIndex index;
  auto info = Series(1, "g1");
  info.interval_nanos = 0;
  EXPECT_EQ(index.MeasureOf(index.PutSeries(info).slot).interval_nanos, 1);
}

}  // namespace
}  // namespace hypergauge::analysis
