#include "aggregator/schedule/ceilings.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hypergauge::aggregator {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr Time kMidnight = days(20'000);
constexpr Time kNoon = kMidnight + hours(12);

TEST(CeilingsTest, EachKindIsReachedByItself) {
  Ceilings ceilings({.cpu_seconds = 10, .bytes_written = 100, .bytes_sent = 50});
  EXPECT_FALSE(ceilings.Reached("h", kNoon));
  ceilings.Charge("h", {.cpu_seconds = 9.5, .bytes_written = 99, .bytes_sent = 49}, kNoon);
  EXPECT_FALSE(ceilings.Reached("h", kNoon));
  ceilings.Charge("h", {.bytes_sent = 1}, kNoon);
  EXPECT_EQ(ceilings.Reached("h", kNoon), "bytes_sent");
  ceilings.Charge("h", {.bytes_written = 1}, kNoon);
  EXPECT_EQ(ceilings.Reached("h", kNoon), "bytes_written");
  ceilings.Charge("h", {.cpu_seconds = 0.5}, kNoon);
  EXPECT_EQ(ceilings.Reached("h", kNoon), "cpu_seconds");
  EXPECT_FALSE(ceilings.Reached("another", kNoon));
}

TEST(CeilingsTest, WithoutALimitNothingIsReached) {
  Ceilings ceilings({});
  ceilings.Charge("h", {1e12, UINT64_MAX, UINT64_MAX}, kNoon);
  EXPECT_FALSE(ceilings.Reached("h", kNoon));
  EXPECT_EQ(ceilings.Today("h", kNoon).bytes_sent, UINT64_MAX);
}

TEST(CeilingsTest, ADayEndsAtMidnightUtc) {
  Ceilings ceilings({.bytes_written = 100});
  EXPECT_EQ(Ceilings::NextDay(kNoon), kMidnight + days(1));
  EXPECT_EQ(Ceilings::NextDay(kMidnight), kMidnight + days(1));
  EXPECT_EQ(Ceilings::NextDay(Time::max()), Time::max());
  ceilings.Charge("h", {.bytes_written = 100}, kNoon);
  EXPECT_TRUE(ceilings.Reached("h", Ceilings::NextDay(kNoon) - Time(1)));
  EXPECT_FALSE(ceilings.Reached("h", Ceilings::NextDay(kNoon)));
}

TEST(CeilingsTest, ARunOfYesterdayThatComesLateCountsForNothing) {
  Ceilings ceilings({});
  ceilings.Charge("h", {.bytes_written = 5}, kNoon + days(1));
  ceilings.Charge("h", {.bytes_written = 7}, kNoon);
  EXPECT_EQ(ceilings.Today("h", kNoon + days(1)).bytes_written, 5U);
}

TEST(CeilingsTest, FiguresThatCannotBeDoNotSpoilTheSum) {
  Ceilings ceilings({.cpu_seconds = 10});
  for (const double bad : {std::nan(""), -5.0, static_cast<double>(INFINITY)}) {
    ceilings.Charge("h", {.cpu_seconds = bad, .bytes_written = UINT64_MAX}, kNoon);
  }
  ceilings.Charge("h", {.cpu_seconds = 2}, kNoon);
  EXPECT_EQ(ceilings.Today("h", kNoon).cpu_seconds, 2);
  EXPECT_EQ(ceilings.Today("h", kNoon).bytes_written, UINT64_MAX);
  EXPECT_FALSE(ceilings.Reached("h", kNoon));
}

}  // namespace
}  // namespace hypergauge::aggregator
