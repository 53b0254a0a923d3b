#include "probes/agent/aggregator_clock.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds kRaw = hours(5);
constexpr nanoseconds kHere = hours(24 * 365 * 30);   // this machine's calendar, years late
constexpr nanoseconds kThere = hours(24 * 365 * 56);  // the aggregator's

ClockTimes At(nanoseconds raw) {
  return {raw, raw, kHere + (raw - kRaw)};
}

// Asked at kRaw; the answer left in the middle of the round trip.
ClockExchange Exchange(nanoseconds round_trip, nanoseconds there = kThere) {
  ClockExchange exchange;
  exchange.sent = At(kRaw);
  exchange.received = At(kRaw + round_trip);
  exchange.remote_received_realtime = there;
  exchange.remote_sent_realtime = there;
  return exchange;
}

TEST(AggregatorClock, KnowsNothingBeforeTheFirstExchange) {
  EXPECT_FALSE(AggregatorClock().At(At(kRaw)));
}

TEST(AggregatorClock, GoesOnByTheMonotonicClock) {
  AggregatorClock clock;
  clock.Note(Exchange(milliseconds(10)), 1);
  const auto now = clock.At(At(kRaw + milliseconds(10)));
  ASSERT_TRUE(now);
  EXPECT_EQ(now->unix, kThere + milliseconds(5));
  EXPECT_EQ(now->error, milliseconds(5));
  EXPECT_EQ(now->link, 1U);
  const auto later = clock.At(At(kRaw + milliseconds(10) + seconds(5000)));
  EXPECT_EQ(later->unix, kThere + milliseconds(5) + seconds(5000));
  EXPECT_EQ(later->error, milliseconds(5) + seconds(1)) << "200 parts in a million";
}

TEST(AggregatorClock, KeepsTheMorePreciseExchangeOfALink) {
  AggregatorClock clock;
  clock.Note(Exchange(milliseconds(10)), 1);
  clock.Note(Exchange(milliseconds(400), kThere + hours(1)), 1);
  EXPECT_LT(clock.At(At(kRaw + seconds(1)))->unix, kThere + seconds(2));
  clock.Note(Exchange(milliseconds(8), kThere + seconds(3)), 1);
  EXPECT_GT(clock.At(At(kRaw + seconds(1)))->unix, kThere + seconds(3));
  // Behind another link there may be another machine.
  clock.Note(Exchange(milliseconds(400), kThere + hours(1)), 2);
  EXPECT_GT(clock.At(At(kRaw + seconds(1)))->unix, kThere + hours(1));
}

TEST(AggregatorClock, TrustsNothingAfterTheCalendarWasSet) {
  AggregatorClock clock;
  clock.Note(Exchange(milliseconds(10)), 1);
  auto now = At(kRaw + seconds(100));
  now.realtime += milliseconds(1050);  // bent by whoever disciplines it
  EXPECT_TRUE(clock.At(now));
  now.realtime += milliseconds(100);
  EXPECT_FALSE(clock.At(now));
  now.realtime -= hours(1);
  EXPECT_FALSE(clock.At(now));
  EXPECT_FALSE(clock.At(At(kRaw))) << "before the exchange";
  // The next exchange helps.
  auto next = Exchange(milliseconds(10));
  next.sent.realtime += hours(1);
  next.received.realtime += hours(1);
  clock.Note(next, 1);
  auto after = At(kRaw + seconds(1));
  after.realtime += hours(1);
  EXPECT_TRUE(clock.At(after));
}

TEST(AggregatorClock, EnduresTheLatestTimes) {
  const nanoseconds latest((int64_t{1} << 62) - 1);
  AggregatorClock clock;
  clock.Note(Exchange(milliseconds(10), latest), 1);
  EXPECT_GT(clock.At(At(kRaw + hours(24 * 365)))->unix, latest);
}

}  // namespace
}  // namespace hypergauge::probes
