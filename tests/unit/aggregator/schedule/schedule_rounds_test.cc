#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <optional>
#include <set>

#include "aggregator/schedule/ceilings.h"
#include "tests/unit/aggregator/schedule/fleet.h"

/// Rounds of a host: who, in which order, when.
namespace hypergauge::aggregator::scheduled {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Turns = std::vector<std::string>;

// A host and two guests: six turns of 20 s, which fit into half an hour at any duty.
void ConnectThree(Fleet& fleet) {
  fleet.Connect(Host("h", "host"));
  fleet.Connect(Guest("g1", "host"));
  fleet.Connect(Guest("g2", "host"));
}

ScheduleOptions FreeOptions() {
  auto options = PlainOptions();
  options.node_duty = 1;
  options.host_duty = 1;
  return options;
}

TEST(ScheduleRoundsTest, OnePairOfHostTurnsBracketsTheGuests) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.RunFor(minutes(10));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g1/1", "g2/1", "g2/2", "g1/2", "h/2"}));
  EXPECT_EQ(fleet.grants.back().start, kStart + 5 * seconds(20));
  EXPECT_EQ(fleet.schedule.counts().planned, 6U);
  EXPECT_EQ(fleet.schedule.counts().completed, 6U);
}

TEST(ScheduleRoundsTest, AllTurnsOfARoundRunTheSameBenchmarksInOneOrder) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  std::set<std::string> seen;
  fleet.RunFor(hours(2) - seconds(1));
  ASSERT_EQ(fleet.grants.size(), 4U * 6);
  for (size_t i = 0; i < fleet.grants.size(); ++i) {
    const auto& first = fleet.grants[i - i % 6];
    EXPECT_EQ(fleet.grants[i].benchmarks, first.benchmarks);
    EXPECT_EQ(fleet.grants[i].round, first.round);
    EXPECT_EQ(fleet.grants[i].benchmarks.size(), 4U);
    seen.insert(first.benchmarks.begin(), first.benchmarks.end());
  }
  EXPECT_EQ(seen.size(), UsualBenchmarks()->size());
}

TEST(ScheduleRoundsTest, AHostAloneHasOneTurnAndGuestsGoWithoutAHostsProbe) {
  Fleet fleet(FreeOptions());
  fleet.Connect(Host("h", "alone"));
  fleet.RunFor(minutes(10));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1"}));
  fleet.Connect(Guest("g", "other"));
  fleet.RunFor(minutes(10));
  EXPECT_EQ(fleet.Turns(), (Turns{"g/1", "g/2"}));
}

TEST(ScheduleRoundsTest, LatenessDoesNotAddUp) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.RunUntil(kStart + minutes(29));
  (void)fleet.schedule.Pause({"host", kStart, kStart + minutes(40), "work"}, fleet.now);
  fleet.RunUntil(kStart + minutes(90) - seconds(1));
  ASSERT_EQ(fleet.grants.size(), 18U);
  EXPECT_EQ(fleet.grants[6].start, kStart + minutes(40));
  EXPECT_EQ(fleet.grants[12].start, kStart + minutes(60));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("paused"), 1U);
}

TEST(ScheduleRoundsTest, WholeIntervalsThatWentByAreMissedByTheirReason) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.RunUntil(kStart + minutes(29));
  (void)fleet.schedule.Pause({"host", kStart, kStart + minutes(95), "work"}, fleet.now);
  fleet.RunUntil(kStart + minutes(121));
  // Due at 30, 60 and 90 minutes; had at 95.
  EXPECT_EQ(fleet.schedule.counts().missed.at("paused"), 2U * 3);
  EXPECT_EQ(fleet.grants[6].start, kStart + minutes(95));
  EXPECT_EQ(fleet.grants[12].start, kStart + minutes(120));
}

TEST(ScheduleRoundsTest, ANewNodeIsMadeUpForBetweenTurnsOfItsHost) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.RunFor(minutes(5));
  (void)fleet.Turns();
  fleet.Connect(Guest("g0", "host"));
  fleet.RunUntil(kStart + minutes(29));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g0/1", "g0/2", "h/2"}));
  EXPECT_EQ(fleet.grants.back().purpose, Purpose::kMakeUp);
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g0/1", "g1/1", "g2/1", "g2/2", "g1/2", "g0/2", "h/2"}));
  EXPECT_EQ(fleet.grants.back().purpose, Purpose::kRound);
}

TEST(ScheduleRoundsTest, ANewNodeWaitsForARoundThatIsNear) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.RunUntil(kStart + minutes(29));
  (void)fleet.Turns();
  fleet.Connect(Guest("g0", "host"));
  fleet.RunFor(minutes(10));
  EXPECT_EQ(fleet.Turns().size(), 8U);
  EXPECT_EQ(fleet.grants.back().purpose, Purpose::kRound);
}

TEST(ScheduleRoundsTest, ABusyHostPutsItsWholeRoundOff) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  int asked = 0;
  fleet.answer = [&](const Grant& grant) {
    const bool is_busy = grant.node_id == "h" && grant.pass == 1 && ++asked <= 3;
    return is_busy ? Answer{seconds(1), LeaseOutcome::kRefused, "busy"} : Answer{};
  };
  fleet.RunUntil(kStart + minutes(20));
  EXPECT_EQ(fleet.Turns(),
            (Turns{"h/1", "h/1", "h/1", "h/1", "g1/1", "g2/1", "g2/2", "g1/2", "h/2"}));
  // After a minute, two more, and four more.
  EXPECT_EQ(fleet.grants[3].start, kStart + minutes(7) + seconds(3));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("busy"), 1U);
  EXPECT_TRUE(fleet.schedule.counts().missed.empty());
}

TEST(ScheduleRoundsTest, ARoundThatNeverCameIsMissed) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  bool is_busy = true;
  fleet.answer = [&](const Grant& grant) {
    return is_busy && grant.node_id == "h" ? Answer{seconds(1), LeaseOutcome::kRefused, "busy"}
                                           : Answer{};
  };
  fleet.RunUntil(kStart + minutes(29));
  is_busy = false;
  fleet.RunUntil(kStart + minutes(40));
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"busy", 3}}));
}

TEST(ScheduleRoundsTest, AGuestThatRefusesOnceHasItsSecondTurn) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.answer = [](const Grant& grant) {
    return grant.node_id == "g1" && grant.pass == 1
               ? Answer{seconds(1), LeaseOutcome::kRefused, "busy"}
               : Answer{};
  };
  fleet.RunUntil(kStart + minutes(29));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g1/1", "g2/1", "g2/2", "g1/2", "h/2"}));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("busy"), 1U);
}

TEST(ScheduleRoundsTest, AGuestThatLostBothTurnsIsMadeUpForAfterTheRetryTime) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  int failures = 0;
  fleet.answer = [&](const Grant& grant) {
    return grant.node_id == "g1" && ++failures <= 4
               ? Answer{seconds(1), LeaseOutcome::kAborted, "error"}
               : Answer{};
  };
  fleet.RunUntil(kStart + minutes(29));
  // The round ends after 82 s, the first make-up begins a minute later, the next two minutes after
  // its end.
  ASSERT_EQ(fleet.grants.size(), 6U + 4 + 4);
  EXPECT_EQ(fleet.grants[6].start, kStart + seconds(82 + 60));
  EXPECT_EQ(fleet.grants[10].start, kStart + seconds(82 + 60 + 42 + 120));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("error"), 4U);
  fleet.RunUntil(kStart + minutes(59));
  EXPECT_TRUE(fleet.schedule.counts().missed.empty());
}

// Each try of a guest takes two turns of its host.
TEST(ScheduleRoundsTest, AGuestThatAlwaysFailsTakesNoMoreOfItsHostThanTheDuty) {
  for (const auto& interval : {minutes(30), minutes(90), minutes(300)}) {
    ScheduleOptions options = PlainOptions();
    options.plans[0].interval = interval;
    Fleet fleet(options);
    ConnectThree(fleet);
    fleet.answer = [](const Grant& grant) {
      return grant.node_id == "g1" ? Answer{seconds(1), LeaseOutcome::kRefused, "busy"} : Answer{};
    };
    fleet.RunFor(hours(200));
    int turns = 0;
    int tries = 0;
    for (const auto& grant : fleet.grants) {
      turns += grant.node_id == "h" ? 1 : 0;
      tries += grant.node_id == "g1" && grant.purpose == Purpose::kMakeUp ? 1 : 0;
    }
    EXPECT_LE(turns * seconds(20), hours(200) / 50 + 2 * seconds(20)) << turns;
    // Where there is room it is tried again before the next round.
    EXPECT_EQ(tries > 0, interval > minutes(60));
  }
}

TEST(ScheduleRoundsTest, WhoIsNotThereIsDeferredAndThenMissed) {
  Fleet fleet(FreeOptions());
  ConnectThree(fleet);
  fleet.RunUntil(kStart + minutes(10));
  fleet.schedule.Disconnect("g2", fleet.now);
  (void)fleet.Turns();
  fleet.RunUntil(kStart + minutes(40));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g1/1", "g1/2", "h/2"}));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("disconnected"), 1U);
  EXPECT_TRUE(fleet.schedule.counts().missed.empty());
  fleet.RunUntil(kStart + minutes(65));
  EXPECT_EQ(fleet.schedule.counts().missed.at("disconnected"), 1U);
  (void)fleet.Turns();
  fleet.Connect(Guest("g2", "host"));
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g2/1", "g2/2", "h/2"}));
}

TEST(ScheduleRoundsTest, TheDutyStretchesIntervals) {
  Fleet fleet;  // 2 x 20 s / 0.02 of a guest = 2000 s
  ConnectThree(fleet);
  fleet.RunFor(hours(2));
  ASSERT_GT(fleet.grants.size(), 6U);
  EXPECT_EQ(fleet.grants[6].start - fleet.grants[0].start, seconds(2000));
  const auto view = fleet.schedule.View("host", fleet.now);
  ASSERT_EQ(view.size(), 1U);
  EXPECT_EQ(view[0].intervals.at(0).effective, seconds(2000));
  EXPECT_EQ(view[0].intervals.at(0).turns, 6);
  EXPECT_NE(view[0].intervals.at(0).text, "");
  EXPECT_EQ(view[0].node_ids, (std::vector<std::string>{"h", "g1", "g2"}));
}

TEST(ScheduleRoundsTest, ANodeMayAskForMoreOrForLess) {
  Fleet fleet(FreeOptions());
  auto eager = Host("h", "host");
  eager.wanted_interval = minutes(10);
  auto slow = Guest("g", "host");
  slow.wanted_interval = minutes(30);
  fleet.Connect(eager);
  fleet.Connect(slow);
  fleet.RunFor(hours(1) - seconds(1));
  EXPECT_EQ(std::count_if(fleet.grants.begin(), fleet.grants.end(),
                          [](const Grant& grant) { return grant.node_id == "g"; }),
            4);
  EXPECT_EQ(fleet.Turns(), (Turns{"h/1", "g/1", "g/2", "h/2", "h/1", "h/1", "h/1", "g/1", "g/2",
                                  "h/2", "h/1", "h/1"}));
}

TEST(ScheduleRoundsTest, RoundsOfTwoPlansTakeTurns) {
  auto options = FreeOptions();
  Plan nightly;
  nightly.name = "nightly";
  nightly.suite = "standard";
  nightly.interval = hours(24);
  nightly.cycle = minutes(6);
  options.plans.push_back(nightly);
  Fleet fleet(options);
  fleet.answer = [](const Grant& grant) {
    return Answer{grant.suite == "light" ? Time(seconds(20)) : Time(minutes(5)),
                  LeaseOutcome::kCompleted, ""};
  };
  fleet.Connect(Host("h", "host"));
  fleet.Connect(Guest("g", "host"));
  fleet.RunFor(minutes(29));
  EXPECT_EQ(fleet.grants.size(), 4U);  // the first figures come soon
  fleet.RunFor(minutes(30));
  ASSERT_EQ(fleet.grants.size(), 12U);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(fleet.grants[i].suite, i < 8 ? "light" : "standard");
  EXPECT_EQ(fleet.grants[8].benchmarks.size(), 7U);
  EXPECT_EQ(fleet.grants[8].end - fleet.grants[8].start, minutes(18));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("host_locked"), 1U);
}

TEST(ScheduleRoundsTest, PlansThatEndureEachOtherRunAtOnce) {
  auto options = FreeOptions();
  options.plans[0].benchmarks = {"cpu_core"};
  Plan disk;
  disk.name = "disk";
  disk.benchmarks = {"disk_core"};
  options.plans.push_back(disk);
  options.classes = {{"cpu", LockClass::kNormal}, {"disk", LockClass::kNormal}};
  Fleet fleet(options);
  fleet.Connect(Guest("a", "host"));
  fleet.Connect(Guest("b", "host"));
  const auto actions = fleet.Act();
  // The second round has to wait for the node alone, not for the host.
  ASSERT_EQ(actions.grants.size(), 1U);
  EXPECT_EQ(actions.grants[0].locks[0].resources, kCpu);
  fleet.RunFor(minutes(5));
  ASSERT_EQ(fleet.grants.size(), 8U);
  EXPECT_LT(fleet.grants.back().start, kStart + seconds(7 * 20));
}

// In UTC, whose day is at 8:00 at the start.
class ScheduleHoursTest : public testing::Test {
 protected:
  void SetUp() override { SetZone("UTC"); }
  void TearDown() override {
    if (zone_) {
      SetZone(zone_->c_str());
    } else {
      (void)unsetenv("TZ");
      tzset();
    }
  }
  static void SetZone(const char* zone) {
    (void)setenv("TZ", zone, 1);
    tzset();
  }
  static ScheduleOptions AtNight(Time interval) {
    auto options = FreeOptions();
    options.plans[0].interval = interval;
    options.plans[0].hours = {{0, 5 * 60}};
    return options;
  }

 private:
  std::optional<std::string> zone_ =
      getenv("TZ") == nullptr ? std::nullopt : std::optional<std::string>(getenv("TZ"));
};

TEST_F(ScheduleHoursTest, RoundsThatAreDueByDayAreNotMissed) {
  Fleet fleet(AtNight(hours(1)));
  fleet.Connect(Host("h", "host"));
  fleet.RunFor(hours(16 + 4 * 24 + 12));
  EXPECT_EQ(fleet.grants.size(), 5U * 5);
  EXPECT_TRUE(fleet.schedule.counts().missed.empty());
}

TEST_F(ScheduleHoursTest, NightsThatWentByAreMissed) {
  Fleet fleet(AtNight(hours(24)));
  fleet.Connect(Host("h", "host"));
  fleet.RunFor(hours(28));
  ASSERT_EQ(fleet.grants.size(), 1U);
  EXPECT_EQ(fleet.grants[0].start, kStart + hours(16));
  (void)fleet.schedule.Pause({"host", fleet.now, kStart + hours(100), "work"}, fleet.now);
  fleet.RunUntil(kStart + hours(16 + 4 * 24 + 1));
  ASSERT_EQ(fleet.grants.size(), 2U);
  EXPECT_EQ(fleet.grants[1].start, kStart + hours(16 + 4 * 24));
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"paused", 3}}));
}

TEST_F(ScheduleHoursTest, RoundsOfHalfANightAreMissed) {
  Fleet fleet(AtNight(hours(1)));
  fleet.Connect(Host("h", "host"));
  fleet.RunFor(hours(16 + 2) + minutes(30));
  EXPECT_EQ(fleet.grants.size(), 3U);
  (void)fleet.schedule.Pause({"host", fleet.now, fleet.now + hours(8), "work"}, fleet.now);
  fleet.RunFor(hours(24));
  EXPECT_EQ(fleet.grants.size(), 3U + 3);
  // Those of 3:00 and 4:00; what is due from 5:00 on is due at midnight.
  EXPECT_EQ(fleet.schedule.counts().missed, (std::map<std::string, uint64_t>{{"paused", 2}}));
}

TEST(ScheduleRoundsTest, QuietHoursBlackoutsAndCeilingsHoldRounds) {
  auto options = FreeOptions();
  options.blackouts.push_back({kStart + minutes(30), kStart + minutes(33), {"host"}, "backup"});
  options.ceilings.cpu_seconds = 100;
  Fleet fleet(options);
  ConnectThree(fleet);
  fleet.RunUntil(kStart + minutes(32));
  EXPECT_EQ(fleet.grants.size(), 6U);
  EXPECT_EQ(fleet.schedule.View("host", fleet.now)[0].held_by, "blackout");
  EXPECT_EQ(fleet.schedule.View("host", fleet.now)[0].held_reason, "backup");
  fleet.RunUntil(kStart + minutes(40));
  ASSERT_EQ(fleet.grants.size(), 12U);
  EXPECT_EQ(fleet.grants[6].start, kStart + minutes(33));
  fleet.schedule.Charge("host", {150, 0, 0}, fleet.now);
  fleet.RunUntil(kStart + minutes(70));
  EXPECT_EQ(fleet.grants.size(), 12U);
  EXPECT_EQ(fleet.schedule.View("host", fleet.now)[0].held_by, "ceiling");
  fleet.RunUntil(Ceilings::NextDay(kStart) + minutes(1));
  ASSERT_GT(fleet.grants.size(), 12U);
  EXPECT_EQ(fleet.grants[12].start, Ceilings::NextDay(kStart));
  EXPECT_EQ(fleet.schedule.counts().deferred.at("blackout"), 1U);
  EXPECT_EQ(fleet.schedule.counts().deferred.at("ceiling"), 1U);
}

TEST(ScheduleRoundsTest, ANodeWithNothingToRunIsNeverAsked) {
  Fleet fleet(FreeOptions());
  auto empty = Guest("empty", "host");
  empty.benchmarks = Benchmarks({});
  fleet.Connect(empty);
  fleet.RunFor(hours(2));
  EXPECT_TRUE(fleet.grants.empty());
  fleet.Connect(Guest("g", "host"));
  fleet.RunFor(minutes(5));
  EXPECT_EQ(fleet.Turns(), (Turns{"g/1", "g/2"}));
}

TEST(ScheduleRoundsTest, ANodeThatWantsTheImpossibleGetsWhatTheDutyAllows) {
  Fleet fleet;
  auto greedy = Guest("g", "host");
  greedy.wanted_interval = Time{1};
  fleet.Connect(greedy);
  auto patient = Guest("p", "other");
  patient.wanted_interval = Time::max();
  fleet.Connect(patient);
  fleet.RunFor(hours(10) - seconds(1));
  const auto of_greedy = std::count_if(fleet.grants.begin(), fleet.grants.end(),
                                       [](const Grant& grant) { return grant.node_id == "g"; });
  EXPECT_EQ(of_greedy, 2 * 18);  // 2 x 20 s every 2000 s
  EXPECT_EQ(fleet.grants.size(), static_cast<size_t>(of_greedy + 2));
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
