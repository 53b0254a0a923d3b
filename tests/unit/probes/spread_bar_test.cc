#include "probes/spread_bar.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/table.h"

namespace hypergauge::probes {
namespace {

using Values = std::vector<double>;

TEST(SpreadBar, ReachesFromTheLeastToTheGreatestSample) {
  EXPECT_EQ(SpreadBar(Values{90, 100, 100, 100, 110}, 0.2, false), "     [----|----]     ");
  EXPECT_EQ(SpreadBar(Values{80, 100, 120}, 0.2, false), "[=========|=========]");
}

TEST(SpreadBar, DrawsABoxOfOneMad) {
  // The deviations are 0, 0, 5, 5, 20, 20, 20: a MAD of 7.4 % is four columns.
  EXPECT_EQ(SpreadBar(Values{80, 95, 100, 100, 105, 120, 80}, 0.2, false).size(), 21U);
  EXPECT_EQ(SpreadBar(Values{80, 95, 100, 105, 120}, 0.2, false), "[-----====|====-----]");
}

TEST(SpreadBar, EndsInArrowsWhereItDoesNotFit) {
  EXPECT_EQ(SpreadBar(Values{50, 100, 100, 100, 300}, 0.2, false), "<---------|--------->");
}

TEST(SpreadBar, IsAsWideInUtf8) {
  const auto bar = SpreadBar(Values{50, 95, 100, 105, 120}, 0.2, true);
  EXPECT_EQ(bar, "◀─────▓▓▓▓┃▓▓▓▓─────┤");
  EXPECT_EQ(DisplayWidth(bar), static_cast<size_t>(kBarWidth));
}

TEST(SpreadBar, IsOneMarkForOneValueAndNothingForNone) {
  EXPECT_EQ(SpreadBar(Values{7}, 0.2, false), "          |          ");
  EXPECT_EQ(SpreadBar(Values{}, 0.2, false), "");
  EXPECT_EQ(SpreadBar(Values{0, 0}, 0.2, false), "");
}

TEST(BarRange, FitsThreeQuartersOfTheRows) {
  EXPECT_EQ(BarRange(Values{0.01, 0.02, 0.04, 3}), 1);
  EXPECT_EQ(BarRange(Values{0.01, 0.02, 0.02, 0.04, 3}), 0.05);
  EXPECT_EQ(BarRange(Values{}), 0.01);
  EXPECT_EQ(BarRange(Values{1e6}), 10);
}

TEST(BarTitle, IsAsWideAsABar) {
  EXPECT_EQ(BarTitle(0.05), "-5 %             +5 %");
  EXPECT_EQ(BarTitle(10), "-1000 %       +1000 %");
}

TEST(LargestDeviation, IsRelative) {
  EXPECT_DOUBLE_EQ(LargestDeviation(Values{90, 100, 105}, 100), 0.1);
  EXPECT_EQ(LargestDeviation(Values{0}, 0), 0);
}

}  // namespace
}  // namespace hypergauge::probes
