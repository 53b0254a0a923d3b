// Series end, fall silent, and go from one release of hypergauge-bench to another and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/aggregator/analyst/analyst_harness.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

using AnalystSeriesTest = AnalystTest;

TEST_F(AnalystSeriesTest, ASeriesThatFellSilentIsOver) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  clock_.now += Analyst::kSilence - std::chrono::hours(2);
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), SizeIs(1));
  clock_.now += std::chrono::hours(3);
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
  // It is watched again when it comes back.
  Measure(0.6, 5);
  Measure(0.9, 30);
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
}

TEST_F(AnalystSeriesTest, ASeriesThatWasSilentForTooLongIsForgotten) {
  Measure(0.5);
  build_ = "newer";
  Measure(0.5);
  clock_.now += Analyst::kRetention - std::chrono::hours(1);
  analyst_->RunRound();
  Flush();
  EXPECT_EQ(store_->AllSeries().value().size(), 2U);
  clock_.now += std::chrono::hours(1);
  Measure(0.5);
  Flush();
  ASSERT_EQ(store_->AllSeries().value().size(), 1U);
  EXPECT_EQ(store_->AllSeries().value()[0].key.segment, "1/newer");
}

TEST_F(AnalystSeriesTest, AReleaseThatIsRolledBackIsWatchedAgainAndNobodyIsTold) {
  Measure(0.5, 150);
  build_ = "newer";
  Measure(0.7, 30);
  build_ = "former";
  Measure(0.6, 130);
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  Measure(0.75, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_NEAR(In(v1::Regression::STATE_FIRING)[0].before(), 0.6, 0.01);
}

TEST_F(AnalystSeriesTest, ARestartGoesOnWithTheSegmentThatIsMeasured) {
  Measure(0.5, 150);
  build_ = "newer";
  Measure(0.7, 30);
  build_ = "former";
  Measure(0.6, 130);
  Restart();
  Measure(0.6, 10);
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  Measure(0.75, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_NEAR(In(v1::Regression::STATE_FIRING)[0].before(), 0.6, 0.01);
}

TEST_F(AnalystSeriesTest, ReleasesThatCameAndWentUnseenAreNotComparedEither) {
  Measure(0.5, 150);
  for (const char* build : {"newer", "former"}) {
    build_ = build;
    for (int i = 0; i < 5; ++i) {
      clock_.now += kInterval;
      Give(0.6);
    }
  }
  analyst_->RunRound();
  Measure(0.6, 130);
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  Measure(0.75, 30);
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
}

TEST_F(AnalystSeriesTest, LateRunsOfTheFormerReleaseDoNotBringItBack) {
  Measure(0.5, 20);
  build_ = "newer";
  Measure(0.5, 150);
  for (int i = 0; i < 20; ++i) {
    Measure(0.6);
    build_ = "former";
    Give(0.4, kInterval * 160 - std::chrono::minutes(i));
    build_ = "newer";
  }
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_EQ(store_->AllSeries().value().size(), 2U);
}

}  // namespace
}  // namespace hypergauge::aggregator
