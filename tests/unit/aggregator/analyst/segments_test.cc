#include "aggregator/analyst/segments.h"

#include <gtest/gtest.h>

#include <vector>

namespace hypergauge::aggregator {
namespace {

SeriesSpan Span(int64_t id, int64_t oldest, int64_t newest) {
  SeriesSpan span;
  span.series.id = id;
  span.oldest_unix_nanos = oldest;
  span.newest_unix_nanos = newest;
  return span;
}

TEST(SegmentsTest, NoneIsNone) {
  EXPECT_FALSE(PresentSegment({}).has_value());
}

TEST(SegmentsTest, OneIsWhole) {
  const auto present = PresentSegment(std::vector{Span(1, 10, 20)});
  ASSERT_TRUE(present.has_value());
  EXPECT_EQ(present->series.id, 1);
  EXPECT_EQ(present->newest_unix_nanos, 20);
  EXPECT_EQ(present->since_unix_nanos, 0);
}

TEST(SegmentsTest, TheNextOneIsWholeToo) {
  const auto present = PresentSegment(std::vector{Span(1, 10, 20), Span(2, 21, 30)});
  ASSERT_TRUE(present.has_value());
  EXPECT_EQ(present->series.id, 2);
  EXPECT_EQ(present->since_unix_nanos, 0);
}

TEST(SegmentsTest, OneThatCameBackCountsFromThere) {
  const auto present =
      PresentSegment(std::vector{Span(1, 10, 50), Span(2, 21, 30), Span(3, 31, 40)});
  ASSERT_TRUE(present.has_value());
  EXPECT_EQ(present->series.id, 1);
  EXPECT_EQ(present->since_unix_nanos, 41);
}

TEST(SegmentsTest, OfEqualsTheLastOneThatBegan) {
  const auto present = PresentSegment(std::vector{Span(1, 10, 20), Span(2, 20, 20)});
  ASSERT_TRUE(present.has_value());
  EXPECT_EQ(present->series.id, 2);
}

TEST(SegmentsTest, OneWithoutPointsDividesNothing) {
  const auto present = PresentSegment(std::vector{Span(1, 0, 0), Span(2, 10, 20)});
  ASSERT_TRUE(present.has_value());
  EXPECT_EQ(present->series.id, 2);
  EXPECT_EQ(present->since_unix_nanos, 0);
}

TEST(SegmentsTest, APlaceIsAllButTheSegment) {
  SeriesKey key{"id-a", "cpu_blowfish", "light", "family", "{}", "1/a"};
  auto other = key;
  other.segment = "2/b";
  EXPECT_EQ(PlaceOf(key), PlaceOf(other));
  EXPECT_TRUE(PlaceOf(key).starts_with("id-a\n"));
  other.suite = "pilot";
  EXPECT_NE(PlaceOf(key), PlaceOf(other));
}

}  // namespace
}  // namespace hypergauge::aggregator
