#include "aggregator/schedule/utilisation.h"

#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kNoon = hours(500'004);

TEST(UtilisationTest, LockedTimeCountsForAnHour) {
  Utilisation utilisation;
  EXPECT_EQ(utilisation.LastHour(kNoon), 0);
  utilisation.Lock(kNoon + seconds(50));
  utilisation.Lock(kNoon + seconds(55));  // it is already
  utilisation.Unlock(kNoon + minutes(6) + seconds(50));
  EXPECT_NEAR(utilisation.LastHour(kNoon + minutes(30)), 6.0 / 59, 1e-9);
  EXPECT_NEAR(utilisation.LastHour(kNoon + minutes(30) + seconds(59)), 6.0 / 60, 0.001);
  EXPECT_EQ(utilisation.LastHour(kNoon + minutes(67)), 0);
}

TEST(UtilisationTest, ALockThatLastsCountsUntilNow) {
  Utilisation utilisation;
  utilisation.Lock(kNoon);
  EXPECT_NEAR(utilisation.LastHour(kNoon + minutes(30)), 0.5, 0.02);
  EXPECT_EQ(utilisation.LastHour(kNoon + hours(1000)), 1);
  utilisation.Unlock(kNoon + hours(1000));
  EXPECT_NEAR(utilisation.LastHour(kNoon + hours(1000) + minutes(30)), 0.5, 0.02);
}

TEST(UtilisationTest, AClockThatGoesBackDoesNoHarm) {
  Utilisation utilisation;
  utilisation.Lock(kNoon);
  utilisation.Unlock(kNoon - hours(5));
  utilisation.Unlock(kNoon);
  EXPECT_EQ(utilisation.LastHour(kNoon), 0);
}

}  // namespace
}  // namespace hypergauge::aggregator
