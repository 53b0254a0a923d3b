#include "cli/change_point_text.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace hypergauge::cli {
namespace {

std::vector<FileChangePoints> Example() {
  const analysis::ChangePoint shift{.index = 120,
                                    .low = 119,
                                    .high = 121,
                                    .certainty = analysis::Certainty::kConfirmed,
                                    .before = 100,
                                    .after = 106.5,
                                    .effect = 0.065,
                                    .cohens_d = 6,
                                    .p = 1e-9};
  analysis::ChangePoint from_zero = shift;
  from_zero.certainty = analysis::Certainty::kSuspect;
  from_zero.effect = std::numeric_limits<double>::infinity();
  return {{"a.csv", {shift, from_zero}}, {"quiet\x1b\xff.csv", {}}};
}

TEST(ChangePointTextTest, TheTableHasALineAChangeAndOneAQuietFile) {
  EXPECT_EQ(ChangePointsText(Example()),
            "FILE               INDEX  STATE      INTERVAL  BEFORE  AFTER  EFFECT        P\n"
            "a.csv                120  confirmed  119..121     100  106.5  +6.5 %  1.0e-09\n"
            "a.csv                120  suspect    119..121     100  106.5  from 0  1.0e-09\n"
            "quiet\\x1b\\xff.csv      -  none\n");
}

TEST(ChangePointTextTest, JsonHoldsEveryFileInItsOrder) {
  const auto json = nlohmann::json::parse(ChangePointsJson(Example()));
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0]["file"], "a.csv");
  const auto& point = json[0]["change_points"][0];
  EXPECT_EQ(point["index"], 120);
  EXPECT_EQ(point["state"], "confirmed");
  EXPECT_EQ(point["interval"], nlohmann::json::array({119, 121}));
  EXPECT_EQ(point["before"], 100);
  EXPECT_EQ(point["after"], 106.5);
  EXPECT_EQ(point["effect"], 0.065);
  EXPECT_EQ(point["p"], 1e-9);
  EXPECT_EQ(json[0]["change_points"][1]["state"], "suspect");
  EXPECT_TRUE(json[0]["change_points"][1]["effect"].is_null());
  EXPECT_TRUE(json[1]["change_points"].empty());
  EXPECT_EQ(ChangePointsJson({}), "[]\n");
}

}  // namespace
}  // namespace hypergauge::cli
