#include "cli/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace hypergauge::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

const Terminal kAscii = {};
const Terminal kUtf8 = {.utf8 = true};
const Terminal kColours = {.is_terminal = true, .colours = true};

v1::LeaseRecord Lease(const std::string& node, int64_t start, int64_t ended,
                      v1::LeaseRecord::Outcome outcome = v1::LeaseRecord::OUTCOME_COMPLETED) {
  v1::LeaseRecord lease;
  lease.set_node(node);
  lease.set_start_unix_nanos(start);
  lease.set_end_unix_nanos(std::min(start, kMost - kMinute) + kMinute);
  lease.set_ended_unix_nanos(ended);
  if (ended != 0) lease.set_outcome(outcome);
  return lease;
}

// A column of the axis is a minute.
v1::HostSchedule SomeHost() {
  v1::HostSchedule host;
  host.set_host("host1");
  for (const char* node : {"host1", "guest1", "guest2"}) host.add_nodes(node);
  *host.add_leases() = Lease("host1", kNow - 29 * kMinute, kNow - 28 * kMinute);
  *host.add_leases() = Lease("guest1", kNow - 28 * kMinute, kNow - 26 * kMinute);
  *host.add_leases() =
      Lease("guest2", kNow - 20 * kMinute, kNow - 19 * kMinute, v1::LeaseRecord::OUTCOME_REFUSED);
  *host.add_leases() =
      Lease("guest2", kNow - 10 * kMinute, kNow - 9 * kMinute, v1::LeaseRecord::OUTCOME_EXPIRED);
  *host.add_leases() = Lease("guest1", kNow - 2 * kMinute, 0);
  auto& planned = *host.add_planned();
  planned.set_node("host1");
  planned.set_start_unix_nanos(kNow + 2 * kMinute);
  planned.set_end_unix_nanos(kNow + 4 * kMinute);
  return host;
}

TimeAxis MinuteAxis() {
  return AxisOf(kNow - 30 * kMinute, kNow, 41);
}

TEST(TimelineTest, AQuarterOfTheAxisIsTheFuture) {
  const auto axis = MinuteAxis();
  EXPECT_EQ(axis.past, 30);
  EXPECT_EQ(axis.future, 10);
  EXPECT_EQ(axis.column_nanos, kMinute);
  EXPECT_EQ(axis.from_unix_nanos, kNow - 30 * kMinute);
}

TEST(TimelineTest, MomentsOutOfReasonMakeAnAxisAllTheSame) {
  for (const int64_t from : {kLeast, int64_t{-1}, int64_t{0}, kNow, kMost}) {
    for (const int64_t now : {kLeast, int64_t{0}, kNow, kMost}) {
      for (const int columns : {-5, 0, 80, std::numeric_limits<int>::max()}) {
        const auto axis = AxisOf(from, now, columns);
        EXPECT_GE(axis.past + 1 + axis.future, 10);
        EXPECT_GE(axis.column_nanos, kSecond);
        EXPECT_GE(axis.from_unix_nanos, 0);
        EXPECT_LT(axis.from_unix_nanos, axis.now_unix_nanos);
        auto host = SomeHost();
        *host.add_leases() = Lease("guest1", kLeast, kMost);
        *host.add_leases() = Lease("guest1", kMost, 0);
        *host.add_leases() = Lease("guest1", kMost, kLeast);
        host.mutable_planned(0)->set_start_unix_nanos(from);
        host.mutable_planned(0)->set_end_unix_nanos(now);
        EXPECT_THAT(HostTimeline(host, axis, 12, kAscii), HasSubstr("|"));
      }
    }
  }
}

TEST(TimelineTest, EveryNodeHasARow) {
  EXPECT_EQ(HostTimeline(SomeHost(), MinuteAxis(), 8, kAscii),
            "host1     21:45          22:00         | 22:15\n"
            "  host1  "
            " #                            |  ..\n"
            "  guest1 "
            "  ##                        ==|\n"
            "  guest2 "
            "          -         x         |\n");
}

TEST(TimelineTest, ATerminalOfUtf8GetsBlocks) {
  const auto text = HostTimeline(SomeHost(), MinuteAxis(), 8, kUtf8);
  EXPECT_THAT(text, HasSubstr("  host1   █                            |  ░░\n"));
  EXPECT_THAT(text, HasSubstr("▓▓|\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(TimelineTest, ColoursGroupEqualBlocks) {
  const auto text = HostTimeline(SomeHost(), MinuteAxis(), 8, kColours);
  EXPECT_THAT(text, HasSubstr("\x1b[32m##\x1b[0m"));
  EXPECT_THAT(text, HasSubstr("\x1b[36m==\x1b[0m|\n"));
  EXPECT_THAT(text, HasSubstr("|  \x1b[2m..\x1b[0m\n"));
  EXPECT_THAT(TimelineLegend(kColours), HasSubstr("\x1b[31mx\x1b[0m lost"));
}

TEST(TimelineTest, TheGravestOfOneColumnIsSeen) {
  auto host = SomeHost();
  *host.add_leases() = Lease("host1", kNow - 29 * kMinute + kSecond,
                             kNow - 29 * kMinute + 2 * kSecond, v1::LeaseRecord::OUTCOME_LOST);
  EXPECT_THAT(HostTimeline(host, MinuteAxis(), 8, kAscii), HasSubstr("  host1   x  "));
}

TEST(TimelineTest, ALeaseThatBeganThisMomentIsSeen) {
  auto host = SomeHost();
  *host.add_leases() = Lease("guest2", kNow, 0);
  EXPECT_THAT(HostTimeline(host, MinuteAxis(), 8, kAscii), HasSubstr("x        =|\n"));
}

TEST(TimelineTest, ATurnThatIsLateIsStillToCome) {
  auto host = SomeHost();
  host.mutable_planned(0)->set_start_unix_nanos(kNow - 5 * kMinute);
  host.mutable_planned(0)->set_end_unix_nanos(kNow - 4 * kMinute);
  EXPECT_THAT(HostTimeline(host, MinuteAxis(), 8, kAscii), HasSubstr("        |.\n  guest1"));
}

TEST(TimelineTest, WhatIsOutsideOfTheAxisIsLeftOut) {
  v1::HostSchedule host;
  host.set_host("h");
  host.add_nodes("h");
  *host.add_leases() = Lease("h", kNow - 50 * kMinute, kNow - 40 * kMinute);
  auto& planned = *host.add_planned();
  planned.set_node("h");
  planned.set_start_unix_nanos(kNow + 20 * kMinute);
  planned.set_end_unix_nanos(kNow + 21 * kMinute);
  EXPECT_THAT(HostTimeline(host, MinuteAxis(), 3, kAscii),
              HasSubstr("\n  h                               |\n"));
}

TEST(TimelineTest, WhatOthersDoToTheHostStandsWithTheirPeer) {
  auto host = SomeHost();
  auto network = Lease("other", kNow - 15 * kMinute, kNow - 14 * kMinute);
  network.set_peer("guest2");
  *host.add_leases() = network;
  *host.add_leases() = Lease("stranger", kNow - 5 * kMinute, kNow - 4 * kMinute);
  const auto text = HostTimeline(host, MinuteAxis(), 8, kAscii);
  EXPECT_THAT(text, HasSubstr("  guest2           -    #    x  "));
  EXPECT_THAT(text, HasSubstr("  stran~                          #    |\n"));
  EXPECT_THAT(text, Not(HasSubstr("other")));
}

TEST(TimelineTest, NamesAreCutBetweenCharactersAndObeyedByNoTerminal) {
  v1::HostSchedule host;
  host.set_host("\x1b[2Jhost\n");
  host.add_nodes("größenwahn");
  const auto text = HostTimeline(host, MinuteAxis(), 9, kAscii);
  EXPECT_THAT(text, HasSubstr("\\x1b[2Jh~ "));
  EXPECT_THAT(text, HasSubstr("\n  größen~ "));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(TimelineTest, LongAxesShowDaysAndShortOnesSeconds) {
  v1::HostSchedule host;
  EXPECT_THAT(HostTimeline(host, AxisOf(kNow - 30 * 1440 * kMinute, kNow, 80), 4, kAscii),
              HasSubstr("11-09"));
  EXPECT_THAT(HostTimeline(host, AxisOf(kNow - kMinute, kNow, 80), 4, kAscii),
              HasSubstr("22:12:30"));
}

TEST(TimelineTest, TheLegendNamesEveryBlock) {
  EXPECT_EQ(TimelineLegend(kAscii), "# done  = measuring  - cut short  x lost  . planned  | now\n");
}

}  // namespace
}  // namespace hypergauge::cli
