#include "aggregator/ingest/rate_limit.h"

#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

int TakeAll(RateLimit& limit, nanoseconds now) {
  int taken = 0;
  while (taken < 10'000 && limit.Take(now)) ++taken;
  return taken;
}

TEST(RateLimitTest, ABurstAndThenSoManyInASecond) {
  RateLimit limit(10, 100);
  nanoseconds now = hours(1'000);
  EXPECT_EQ(TakeAll(limit, now), 10);
  EXPECT_EQ(TakeAll(limit, now += milliseconds(9)), 0);
  EXPECT_EQ(TakeAll(limit, now += milliseconds(2)), 1);
  EXPECT_EQ(TakeAll(limit, now += milliseconds(50)), 5);
  EXPECT_EQ(TakeAll(limit, now += hours(1)), 10) << "what was not used does not add up";
}

TEST(RateLimitTest, AClockThatStandsOrGoesBackGivesNothing) {
  RateLimit limit(2, 100);
  EXPECT_EQ(TakeAll(limit, hours(2)), 2);
  EXPECT_EQ(TakeAll(limit, hours(2)), 0);
  EXPECT_EQ(TakeAll(limit, hours(1)), 0);
  EXPECT_EQ(TakeAll(limit, nanoseconds::min()), 0);
}

TEST(RateLimitTest, HundredInASecondForEverAreFine) {
  RateLimit limit(10, 100);
  nanoseconds now = hours(1);
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(limit.Take(now += milliseconds(10))) << i;
}

}  // namespace
}  // namespace hypergauge::aggregator
