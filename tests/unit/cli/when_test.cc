#include "cli/when.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace hypergauge::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;  // 2023-11-14T22:13:20Z

TEST(WhenTest, MomentsAreInUtc) {
  EXPECT_EQ(FormatMoment(kNow + 999), "2023-11-14T22:13:20Z");
  EXPECT_EQ(FormatMoment(0), "-");
}

TEST(WhenTest, DurationsHaveTheirTwoLargestUnits) {
  EXPECT_EQ(FormatDuration(std::numeric_limits<int64_t>::min()), "0s");
  EXPECT_EQ(FormatDuration(0), "0s");
  EXPECT_EQ(FormatDuration(500'999'999), "500ms");
  EXPECT_EQ(FormatDuration(59 * kSecond + 1), "59s");
  EXPECT_EQ(FormatDuration(60 * kSecond), "1m");
  EXPECT_EQ(FormatDuration(2000 * kSecond), "33m20s");
  EXPECT_EQ(FormatDuration(3'659 * kSecond), "1h");
  EXPECT_EQ(FormatDuration(2 * 86'400 * kSecond + 3'600 * kSecond), "2d1h");
  EXPECT_EQ(FormatDuration(std::numeric_limits<int64_t>::max()), "106751d23h");
}

TEST(WhenTest, ADurationCountsBackFromNow) {
  EXPECT_EQ(ParseSince("2d", kNow).value(), kNow - 2 * 86'400 * kSecond);
  EXPECT_EQ(ParseSince("1h30m", kNow).value(), kNow - 5'400 * kSecond);
  EXPECT_EQ(ParseSince("200w", 5).value(), 0);
}

TEST(WhenTest, DaysAndMomentsAreTaken) {
  EXPECT_EQ(ParseSince("2023-11-14T22:13:20Z", 0).value(), kNow);
  EXPECT_EQ(FormatMoment(ParseSince("2024-02-29", 0).value()), "2024-02-29T00:00:00Z");
}

class BadSinceTest : public ::testing::TestWithParam<const char*> {};

TEST_P(BadSinceTest, IsRefusedByItsText) {
  const auto since = ParseSince(GetParam(), kNow);
  ASSERT_FALSE(since.has_value());
  EXPECT_EQ(since.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(since.error().message, ::testing::HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Texts, BadSinceTest,
                         ::testing::Values("", "yesterday", "-2d", "2023-02-30", "2023-13-01",
                                           "2023-11-14T22:13:20", "2023-11-14T25:00:00Z",
                                           "99999999999-01-01", "1969-12-31", "2023-11-14x"));

}  // namespace
}  // namespace hypergauge::cli
