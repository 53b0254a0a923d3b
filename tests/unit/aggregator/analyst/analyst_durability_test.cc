// What the analysis came to outlasts kills and full disks, and nobody is told twice or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aggregator/analyst/analyst_harness.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using AnalystDurabilityTest = AnalystTest;

TEST_F(AnalystDurabilityTest, WhatFiresSurvivesARestartAndItsNumberIsNeverGivenAgain) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  const auto before = In(v1::Regression::STATE_FIRING)[0];
  Restart();
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_EQ(In(v1::Regression::STATE_FIRING)[0].DebugString(), before.DebugString());
  Measure(0.6, 30);
  EXPECT_THAT(analyst_->Open(), SizeIs(1));
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), SizeIs(1));
}

TEST_F(AnalystDurabilityTest, APersonsWordIsDurableAndKeepsItsNote) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  const auto acknowledged = analyst_->Acknowledge(1, "looking into it");
  ASSERT_TRUE(acknowledged.has_value()) << acknowledged.error().message;
  EXPECT_EQ(acknowledged->state(), v1::Regression::STATE_ACKNOWLEDGED);
  EXPECT_EQ(analyst_->Acknowledge(2, "").error().code, ErrorCode::kNotFound);
  Restart();
  ASSERT_THAT(In(v1::Regression::STATE_ACKNOWLEDGED), SizeIs(1));
  EXPECT_EQ(In(v1::Regression::STATE_ACKNOWLEDGED)[0].note(), "looking into it");
  const auto accepted = analyst_->Accept(1, "the new normal");
  ASSERT_TRUE(accepted.has_value()) << accepted.error().message;
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  Restart();
  Measure(0.6, 60);
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_EQ(store_->FindRegression(1).value()->note(), "the new normal");
}

TEST_F(AnalystDurabilityTest, WhatTheStoreCouldNotTakeIsKeptLater) {
  Measure(0.5, 150);
  Break("regressions");
  Measure(0.6, 30);
  EXPECT_FALSE(analyst_->Acknowledge(1, "").has_value());
  Mend();
  analyst_->RunRound();
  Flush();
  Restart();
  EXPECT_THAT(analyst_->Open(), SizeIs(1));
}

TEST_F(AnalystDurabilityTest, NobodyIsToldOfWhatIsNotKept) {
  Measure(0.5, 150);
  Break("regressions");
  Measure(0.6, 30);
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), IsEmpty());
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_regression_notifications_total 0\n"));
  Mend();
  analyst_->RunRound();
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), SizeIs(1));
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_regression_notifications_total 1\n"));
}

TEST_F(AnalystDurabilityTest, WhatIsKeptAsToldWasTold) {
  Measure(0.5, 150);
  Break("events");
  Measure(0.6, 30);
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), IsEmpty());
  EXPECT_EQ(store_->FindRegression(1).value()->state(), v1::Regression::STATE_SUSPECT);
  Mend();
  Restart();  // which knows of nothing
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  Measure(0.6, 30);
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), SizeIs(1));
}

TEST_F(AnalystDurabilityTest, WhatEndedWhileTheStoreWasFullIsOverThen) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  Break("regressions");
  fleet_.Remove("id-a");
  analyst_->Gone("id-a");
  analyst_->RunRound();
  Mend();
  analyst_->RunRound();
  EXPECT_EQ(store_->FindRegression(1).value()->state(), v1::Regression::STATE_RESOLVED);
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

TEST_F(AnalystDurabilityTest, WhatCameLastIsJudgedAtTheEnd) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  Break("regressions");
  EXPECT_FALSE(analyst_->Accept(1, "").has_value());
  Mend();
  orders_.ordered.clear();
  analyst_->Finish();
  EXPECT_EQ(store_->FindRegression(1).value()->state(), v1::Regression::STATE_ACCEPTED);
  EXPECT_THAT(orders_.ordered, IsEmpty());
}

// Whatever comes after the answer, be it a kill.
TEST_F(AnalystDurabilityTest, WhatAPersonAcceptedIsOverWhenTheAnswerComes) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_TRUE(analyst_->Accept(1, "").has_value());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
  analyst_->RunRound();
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

TEST_F(AnalystDurabilityTest, TheLevelOfADriftThatWasAcceptedIsKeptWhenTheAnswerComes) {
  Measure(0.5, 150);
  double level = 0.5;
  for (int i = 0; i < 900 && In(v1::Regression::STATE_FIRING).empty(); ++i) {
    level *= 1.0003;
    Measure(level);
  }
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  ASSERT_EQ(In(v1::Regression::STATE_FIRING)[0].kind(), v1::Regression::KIND_DRIFT);
  ASSERT_TRUE(analyst_->Accept(1, "").has_value());
  double accepted = 0;
  const auto marks = store_->Marks().value();
  for (const auto& mark : marks) {
    if (mark.from_unix_nanos == 0) accepted = mark.accepted;
  }
  EXPECT_NEAR(accepted, level, 0.02);
  Restart();
  Measure(level, 100);
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), IsEmpty());
}

TEST_F(AnalystDurabilityTest, ANodeThatLeftJustBeforeAKillTakesItsRegressionsAlongToo) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  fleet_.Remove("id-a");
  Restart();
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

TEST_F(AnalystDurabilityTest, ASegmentThatEndedJustBeforeAKillTakesItsRegressionsAlong) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  clock_.now += kInterval;
  build_ = "newer";
  Give(0.6);
  Restart();
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

}  // namespace
}  // namespace hypergauge::aggregator
