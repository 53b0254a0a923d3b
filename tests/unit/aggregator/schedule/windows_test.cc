#include "aggregator/schedule/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <optional>
#include <random>

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

// The zone of the process while it lives. Written as a rule, so that no zone files are needed.
class Zone {
 public:
  explicit Zone(const char* rule) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    setenv("TZ", rule, 1);
    tzset();
  }
  ~Zone() {
    before_ ? setenv("TZ", before_->c_str(), 1) : unsetenv("TZ");
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  std::optional<std::string> before_;
};

// Central European time: forward at 2026-03-29 02:00, back at 2026-10-25 03:00.
constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";

Time At(std::string_view text) {
  return ParseMoment(text).value();
}

std::vector<DailyWindow> Windows(std::initializer_list<const char*> texts) {
  std::vector<DailyWindow> windows;
  for (const char* text : texts) windows.push_back(ParseDailyWindow(text).value());
  return windows;
}

TEST(DailyWindowTest, IsReadFromHoursAndMinutes) {
  EXPECT_EQ(*ParseDailyWindow("22:00-06:30"), (DailyWindow{22 * 60, 6 * 60 + 30}));
  EXPECT_EQ(*ParseDailyWindow("18:00-24:00"), (DailyWindow{18 * 60, 24 * 60}));
  EXPECT_EQ(*ParseDailyWindow("24:00-06:00"), (DailyWindow{0, 6 * 60}));
  EXPECT_EQ(*ParseDailyWindow("00:00-24:00"), (DailyWindow{0, 24 * 60}));
}

TEST(DailyWindowTest, WhatIsNoneIsRefused) {
  for (const char* text : {"", "-", "22:00", "22:00-", "-06:00", "22-06", "22:00-06:60",
                           "25:00-26:00", "24:01-01:00", "2:00-06:00", "22:00-06:00-",
                           " 22:00-06:00", "+2:00-06:00", "22:-1-06:00", "aa:bb-cc:dd"}) {
    EXPECT_THAT(ParseDailyWindow(text).error().message, HasSubstr("is no range of hours")) << text;
  }
  for (const char* text : {"06:00-06:00", "00:00-00:00", "24:00-00:00", "24:00-24:00"}) {
    EXPECT_THAT(ParseDailyWindow(text).error().message, HasSubstr("no length")) << text;
  }
}

TEST(MomentTest, IsReadWithItsOffset) {
  EXPECT_EQ(At("1970-01-01T00:00:00Z"), Time(0));
  EXPECT_EQ(At("2026-12-24T18:00:00Z"), seconds(1'798'135'200));
  EXPECT_EQ(At("2026-12-24T18:00:00+01:00"), At("2026-12-24T17:00:00Z"));
  EXPECT_EQ(At("2026-12-24T18:00:00-05:30"), At("2026-12-24T23:30:00Z"));
  EXPECT_EQ(At("2028-02-29T00:00:00Z") + hours(24), At("2028-03-01T00:00:00Z"));
}

TEST(MomentTest, MayHaveDecimalsOfASecond) {
  EXPECT_EQ(At("1970-01-01T00:00:01.5Z"), std::chrono::milliseconds(1500));
  EXPECT_EQ(At("1970-01-01T00:00:00.000000001Z"), Time(1));
  EXPECT_EQ(At("2026-12-24T18:00:00.25+01:00"),
            At("2026-12-24T17:00:00Z") + std::chrono::milliseconds(250));
}

TEST(MomentTest, WhatIsNoneIsRefused) {
  for (const char* text : {"",
                           "2026-12-24",
                           "2026-12-24T18:00:00",
                           "2026-12-24 18:00:00Z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-12-24T24:00:00Z",
                           "2026-12-24T18:60:00Z",
                           "2026-12-24T18:00:60Z",
                           "2026-12-24T18:00:00+24:00",
                           "2026-12-24T18:00:00+1:00",
                           "2026-12-24T18:00:00Zulu",
                           "9999-12-24T18:00:00Z",
                           "1969-12-31T23:59:59Z",
                           "2026-12-24T18:00:00.Z",
                           "2026-12-24T18:00:00.1",
                           "2026-12-24T18:00:00.0000000001Z",
                           "2026-12-24T18:00:00.-1Z",
                           "2026-12-24T-1:00:00Z",
                           "20x6-12-24T18:00:00Z"}) {
    EXPECT_THAT(ParseMoment(text).error().message, HasSubstr("is no moment")) << text;
  }
}

TEST(WindowsTest, GoOverMidnight) {
  const Zone zone("UTC0");
  const auto night = Windows({"22:00-06:00"});
  EXPECT_TRUE(IsInside(night, At("2026-05-01T22:00:00Z")));
  EXPECT_TRUE(IsInside(night, At("2026-05-02T05:59:59Z")));
  EXPECT_FALSE(IsInside(night, At("2026-05-02T06:00:00Z")));
  EXPECT_EQ(NextOutside(night, At("2026-05-01T23:10:11Z")), At("2026-05-02T06:00:00Z"));
  EXPECT_EQ(NextInside(night, At("2026-05-01T06:00:00Z")), At("2026-05-01T22:00:00Z"));
  const Time inside = At("2026-05-01T23:10:11Z") + Time(5);
  EXPECT_EQ(NextInside(night, inside), inside);
}

TEST(WindowsTest, WithoutAnyNothingIsInside) {
  EXPECT_FALSE(IsInside({}, hours(1)));
  EXPECT_EQ(NextInside({}, hours(1)), Time::max());
  EXPECT_EQ(NextOutside({}, hours(1)), Time(hours(1)));
}

TEST(WindowsTest, ThatMeetOrOverlapAreOne) {
  const Zone zone("UTC0");
  const auto windows = Windows({"08:00-10:00", "09:00-11:00", "11:00-12:00"});
  EXPECT_EQ(NextOutside(windows, At("2026-05-01T08:30:00Z")), At("2026-05-01T12:00:00Z"));
}

TEST(WindowsTest, OfTheWholeDayHaveNoOutside) {
  const Zone zone(kBerlin);
  for (const auto& windows : {Windows({"00:00-24:00"}), Windows({"06:00-18:00", "18:00-06:00"})}) {
    EXPECT_EQ(NextOutside(windows, At("2026-05-01T08:30:00Z")), Time::max());
    EXPECT_EQ(NextInside(windows, At("2026-05-01T08:30:00Z")), At("2026-05-01T08:30:00Z"));
  }
}

TEST(WindowsTest, FollowTheLocalClockThroughDaylightSaving) {
  const Zone zone(kBerlin);
  const auto morning = Windows({"06:00-07:00"});
  // The evening before either change: 06:00 is at another hour of UTC after it.
  EXPECT_EQ(NextInside(morning, At("2026-03-28T20:00:00+01:00")), At("2026-03-29T06:00:00+02:00"));
  EXPECT_EQ(NextInside(morning, At("2026-10-24T20:00:00+02:00")), At("2026-10-25T06:00:00+01:00"));
  EXPECT_EQ(NextOutside(Windows({"22:00-06:00"}), At("2026-03-28T23:00:00+01:00")),
            At("2026-03-29T06:00:00+02:00"));
}

TEST(WindowsTest, ThatBeginInTheSkippedHourBeginAtItsEnd) {
  const Zone zone(kBerlin);
  EXPECT_EQ(NextInside(Windows({"02:30-05:00"}), At("2026-03-29T00:00:00+01:00")),
            At("2026-03-29T03:00:00+02:00"));
  // And one that lies inside of it does not come that day.
  EXPECT_EQ(NextInside(Windows({"02:15-02:45"}), At("2026-03-29T00:00:00+01:00")),
            At("2026-03-30T02:15:00+02:00"));
}

TEST(WindowsTest, ComeTwiceInTheRepeatedHour) {
  const Zone zone(kBerlin);
  const auto windows = Windows({"02:15-02:45"});
  EXPECT_EQ(NextInside(windows, At("2026-10-25T00:00:00+02:00")), At("2026-10-25T02:15:00+02:00"));
  EXPECT_EQ(NextInside(windows, At("2026-10-25T02:45:00+02:00")), At("2026-10-25T02:15:00+01:00"));
  // The clock goes back in the middle of the window 02:50-03:30.
  EXPECT_EQ(NextOutside(Windows({"02:50-03:30"}), At("2026-10-25T02:55:00+02:00")),
            At("2026-10-25T02:00:00+01:00"));
}

TEST(WindowsTest, TheEndOfTimeIsNoTrouble) {
  const auto night = Windows({"22:00-06:00"});
  EXPECT_EQ(NextInside(night, Time::max()), Time::max());
  EXPECT_EQ(NextOutside(night, Time::max()), Time::max());
  (void)IsInside(night, Time::max());
  (void)NextInside(night, Time::min());
}

// Against a walk from minute to minute, around both changes of the clock.
TEST(WindowsTest, NextAgreesWithAWalk) {
  const Zone zone(kBerlin);
  std::mt19937 random(11);
  const auto draw = [&](int below) {
    return std::uniform_int_distribution<int>(0, below - 1)(random);
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<DailyWindow> windows(static_cast<size_t>(1 + draw(3)));
    for (auto& window : windows) window = {draw(1440), 1 + draw(1440)};
    const Time change = At(round % 2 == 0 ? "2026-03-29T01:00:00Z" : "2026-10-25T01:00:00Z");
    const Time begin = change + minutes(draw(2880) - 1440);
    const auto walk = [&](bool inside) {
      Time at = begin;
      while (IsInside(windows, at) != inside && at < begin + hours(72)) at += minutes(1);
      return at < begin + hours(72) ? at : Time::max();
    };
    EXPECT_EQ(NextInside(windows, begin), walk(true));
    EXPECT_EQ(NextOutside(windows, begin), walk(false));
  }
}

TEST(BlackoutTest, IsTouchedByAnythingThatReachesIntoIt) {
  const std::vector<Blackout> blackouts = {
      {hours(10), hours(12), {"h1", "h2"}, "disks are replaced"},
      {hours(20), hours(21), {}, "all"}};
  EXPECT_EQ(BlackoutOf(blackouts, "h1", hours(9), hours(10)), nullptr);
  EXPECT_EQ(BlackoutOf(blackouts, "h1", hours(9), hours(10) + Time(1)), &blackouts[0]);
  EXPECT_EQ(BlackoutOf(blackouts, "h2", hours(10), hours(10)), &blackouts[0]);
  EXPECT_EQ(BlackoutOf(blackouts, "h1", hours(12), hours(13)), nullptr);
  EXPECT_EQ(BlackoutOf(blackouts, "h1", hours(1), hours(30)), &blackouts[0]);
  EXPECT_EQ(BlackoutOf(blackouts, "h3", hours(10), hours(12)), nullptr);
  EXPECT_EQ(BlackoutOf(blackouts, "h3", hours(20), hours(20)), &blackouts[1]);
}

}  // namespace
}  // namespace hypergauge::aggregator
