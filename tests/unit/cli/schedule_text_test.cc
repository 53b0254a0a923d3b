#include "cli/schedule_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace hypergauge::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

const Terminal kAscii = {.width = 50};
const Terminal kColours = {.is_terminal = true, .colours = true, .width = 50};

v1::GetScheduleResponse SomeSchedule() {
  v1::GetScheduleResponse schedule;
  schedule.set_now_unix_nanos(kNow);
  auto& host = *schedule.add_hosts();
  host.set_host("host1");
  host.add_nodes("host1");
  host.add_nodes("guest1");
  auto& lease = *host.add_leases();
  lease.set_node("guest1");
  lease.set_start_unix_nanos(kNow - 10 * kMinute);
  lease.set_ended_unix_nanos(kNow - 9 * kMinute);
  lease.set_outcome(v1::LeaseRecord::OUTCOME_COMPLETED);
  auto& light = *host.add_intervals();
  light.set_plan("light");
  light.set_text("6 turns = 120s a round; every 1800s as wanted");
  light.set_next_unix_nanos(kNow + 5 * kMinute);
  host.add_intervals()->set_plan("nightly");
  host.set_utilisation_ratio(0.0421);
  host.set_cpu_seconds_today(12.34);
  host.set_bytes_written_today(1'200'000'000);
  schedule.set_granted(17);
  (*schedule.mutable_deferred())["busy"] = 3;
  (*schedule.mutable_deferred())["paused"] = 1;
  (*schedule.mutable_deferred())["blackout"] = 0;
  return schedule;
}

std::string Text(const v1::GetScheduleResponse& schedule, const Terminal& terminal = kAscii) {
  return ScheduleText(schedule, kNow - 30 * kMinute, terminal);
}

TEST(ScheduleTextTest, AHostIsATimelineItsArithmeticAndItsOccupancy) {
  EXPECT_EQ(Text(SomeSchedule()),
            "host1     21:45          22:00         | 22:15\n"
            "  host1                                |\n"
            "  guest1                     #         |\n"
            "  light next at 2023-11-14T22:18:20Z: 6 turns = 120s a round; every 1800s as wanted\n"
            "  nightly has no next round\n"
            "  locked 4.2 % of the last hour; today 12.3 s of CPU, 1.20 GB written, 0 B sent\n"
            "\n"
            "# done  = measuring  - cut short  x lost  . planned  | now\n"
            "a column is 1m, now is 2023-11-14T22:13:20Z\n"
            "since the aggregator started\n"
            "  leases     17\n"
            "  deferred   busy 3, paused 1\n"
            "  missed     none\n"
            "  pre-empted none\n"
            "  expired    none\n"
            "  collisions 0\n");
}

TEST(ScheduleTextTest, WhatHoldsAHostIsSaid) {
  auto schedule = SomeSchedule();
  auto& all = *schedule.add_pauses();
  all.set_began_unix_nanos(kNow - kMinute);
  all.set_reason("kernel\x1b[31m upgrade");
  auto& one = *schedule.add_pauses();
  one.set_host("host1");
  one.set_began_unix_nanos(kNow);
  one.set_until_unix_nanos(kNow + kMinute);
  schedule.mutable_hosts(0)->set_held_by("ceiling");
  schedule.mutable_hosts(0)->set_held_reason("bytes_written");
  const auto text = Text(schedule);
  EXPECT_THAT(text, StartsWith("all hosts are paused since 2023-11-14T22:12:20Z: "
                               "kernel\\x1b[31m upgrade\n"
                               "host1 is paused since 2023-11-14T22:13:20Z until "
                               "2023-11-14T22:14:20Z\n"
                               "\n"
                               "host1 "));
  EXPECT_THAT(text, HasSubstr("\n  nothing is granted here now (ceiling): bytes_written\n"));
}

TEST(ScheduleTextTest, LinesOfWordsFitIntoATerminal) {
  auto schedule = SomeSchedule();
  schedule.mutable_hosts(0)->mutable_intervals(0)->set_text(std::string(60, 'a') + " b  c");
  EXPECT_THAT(Text(schedule, {.is_terminal = true, .width = 50}),
              AllOf(HasSubstr("\n  light next at 2023-11-14T22:18:20Z:\n    " +
                              std::string(60, 'a') + "\n    b  c\n"),
                    HasSubstr("\n  locked 4.2 % of the last hour; today 12.3 s of\n"
                              "    CPU, 1.20 GB written, 0 B sent\n")));
}

TEST(ScheduleTextTest, CollisionsAreRedAndMissedTurnsYellow) {
  auto schedule = SomeSchedule();
  EXPECT_THAT(Text(schedule, kColours), Not(HasSubstr("\x1b[31m  collisions")));
  schedule.set_collisions(2);
  (*schedule.mutable_missed())["host_locked"] = 1;
  EXPECT_THAT(Text(schedule, kColours), HasSubstr("\x1b[31m  collisions 2\n\x1b[0m"));
  EXPECT_THAT(Text(schedule, kColours), HasSubstr("\x1b[33m  missed     host_locked 1\n\x1b[0m"));
  EXPECT_THAT(Text(schedule), Not(HasSubstr("\x1b")));
}

TEST(ScheduleTextTest, FiguresOutOfReasonAreShownSomehow) {
  auto schedule = SomeSchedule();
  schedule.set_now_unix_nanos(std::numeric_limits<int64_t>::min());
  auto& host = *schedule.mutable_hosts(0);
  host.set_utilisation_ratio(std::numeric_limits<double>::quiet_NaN());
  host.set_cpu_seconds_today(std::numeric_limits<double>::infinity());
  host.set_host(std::string(5000, 'h'));
  host.add_nodes("\xff\xfe");
  EXPECT_THAT(Text(schedule, {.width = 1}), HasSubstr("hhhhhhhhhhhhhhhhhhhhhhh~ "));
}

TEST(ScheduleTextTest, NoHostsAreNoHosts) {
  EXPECT_EQ(Text({}), "no hosts\n");
}

TEST(ScheduleTextTest, OutcomesAreWords) {
  v1::LeaseRecord lease;
  lease.set_outcome(v1::LeaseRecord::OUTCOME_COMPLETED);
  EXPECT_EQ(OutcomeText(lease), "completed");
  lease.set_outcome(v1::LeaseRecord::OUTCOME_REFUSED);
  lease.set_cause(v1::LeaseEnd::CAUSE_QUIET_HOURS);
  EXPECT_EQ(OutcomeText(lease), "refused: quiet_hours");
  lease.set_outcome(static_cast<v1::LeaseRecord::Outcome>(99));  // of a newer aggregator
  EXPECT_EQ(OutcomeText(lease), "unknown: quiet_hours");
}

}  // namespace
}  // namespace hypergauge::cli
