// The engine on what comes in: a step fires after confirming runs, and is steered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/unit/aggregator/analyst/analyst_harness.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(AnalystTest, NothingHappensWhileNothingChanges) {
  Measure(0.5, 150);
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_THAT(orders_.ordered, IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), IsEmpty());
}

TEST_F(AnalystTest, AStepIsMeasuredAgainBeforeItFires) {
  Measure(0.5, 150);
  for (int points = 0; orders_.ordered.empty() && points < 20; ++points) Measure(0.6);
  ASSERT_THAT(orders_.ordered, Not(IsEmpty()));
  EXPECT_EQ(orders_.ordered[0], "id-a light cpu_blowfish");
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), IsEmpty());
  Measure(0.6, 12);
  EXPECT_LE(orders_.ordered.size(), 4U);
  const auto firing = In(v1::Regression::STATE_FIRING);
  ASSERT_THAT(firing, SizeIs(1));
  EXPECT_EQ(firing[0].subject(), "a");
  EXPECT_EQ(firing[0].subject_node_id(), "id-a");
  EXPECT_NEAR(firing[0].effect_ratio(), 0.2, 0.03);
  EXPECT_NEAR(firing[0].before(), 0.5, 0.01);
  EXPECT_THAT(firing[0].text(), HasSubstr("cpu_blowfish (light) on a is"));
  const auto events = EventsOf(v1::Event::KIND_REGRESSION_FIRING);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_THAT(events[0].text(), HasSubstr("regression 1 is firing: cpu_blowfish"));
  EXPECT_THAT(
      ScrapeAnalyst(),
      HasSubstr("hypergauge_regression_state{benchmark=\"cpu_blowfish\",kind=\"step\","
                "notified=\"true\",regression=\"1\",scope=\"node\",state=\"firing\",subject=\"a\","
                "suite=\"light\"} 1\n"));
  EXPECT_THAT(ScrapeAnalyst(),
              HasSubstr("hypergauge_regression_cause_info{blame=\"" + firing[0].blame() +
                        "\",cause=\"\",regression=\"1\"} 1\n"));
}

TEST_F(AnalystTest, AScrapeHasTheNoiseOfEverySeriesThatHasALevel) {
  Measure(0.5, 20);
  EXPECT_THAT(ScrapeAnalyst(), Not(HasSubstr("hypergauge_series_noise_floor_ratio{")));
  Measure(0.5, 100);
  const auto scrape = ScrapeAnalyst();
  const std::string labels =
      "{benchmark=\"cpu_blowfish\",family=\"cpu_blowfish_seconds\",node=\"a\",suite=\"light\","
      "threads=\"1\"} ";
  const auto floor = scrape.find("\nhypergauge_series_noise_floor_ratio" + labels);
  ASSERT_NE(floor, std::string::npos) << scrape;
  EXPECT_NEAR(std::stod(scrape.substr(scrape.find("} ", floor) + 2)), 0.01, 0.003);
  EXPECT_THAT(scrape, HasSubstr("\nhypergauge_series_smallest_detectable_change_ratio" + labels +
                                "0.02\n"));
}

// The schedule takes a second order for a run that still waits for the same one.
TEST_F(AnalystTest, ConfirmingRunsAreOrderedOneAfterTheOther) {
  Measure(0.5, 150);
  orders_.asked_for_each = 3;
  for (int points = 0; orders_.ordered.empty() && points < 20; ++points) Measure(0.6);
  for (int rounds = 0; rounds < 30; ++rounds) analyst_->RunRound();
  // Four orders: the first waits for two rounds, the others for three each, as they begin at 0.
  EXPECT_EQ(orders_.ordered.size(), 9U);
}

TEST_F(AnalystTest, AnImprovementIsKeptAndNobodyIsTold) {
  Measure(0.6, 150);
  Measure(0.5, 40);
  EXPECT_THAT(In(v1::Regression::STATE_FIRING), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), IsEmpty());
  EXPECT_THAT(ScrapeAnalyst(), Not(HasSubstr("state=\"firing\"")));
}

TEST_F(AnalystTest, AnEventBeforeTheChangeIsItsCause) {
  Measure(0.5, 150);
  v1::Event event;
  event.set_kind(v1::Event::KIND_ENVIRONMENT_CHANGED);
  event.set_node_id("id-a");
  event.set_unix_nanos(clock_.Realtime().count() + 1);
  event.set_subject("kernel_release");
  event.set_old_value("6.1.0-1");
  event.set_new_value("6.1.0-2");
  analyst_->Happened(event);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_THAT(In(v1::Regression::STATE_FIRING)[0].cause(), HasSubstr("6.1.0-2"));
}

// A round of a thousand series that are new, each of which takes a while.
TEST_F(AnalystTest, ACommandDoesNotWaitForAWholeRound) {
  constexpr int kNew = 1000;
  for (int i = 0; i < kNew; ++i) {
    auto run = MakeRun("a", ++sequence_);
    run.set_suite("suite-" + std::to_string(i));
    store_->PutRun(run, {});
    analyst_->Record(run);
  }
  Flush();
  std::atomic<int> begun = 0;
  std::atomic<int> begun_at_answer = 0;
  std::thread command;
  on_new_series_ = [&] {
    if (++begun == 1) {
      command = std::thread([&] {
        EXPECT_EQ(analyst_->Acknowledge(1, "").error().code, ErrorCode::kNotFound);
        begun_at_answer = begun.load();
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  analyst_->RunRound();
  command.join();
  EXPECT_EQ(begun, kNew);
  EXPECT_LT(begun_at_answer, kNew);
}

TEST_F(AnalystTest, ANodeThatLeftTakesItsRegressionsAlong) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  fleet_.Remove("id-a");
  analyst_->Gone("id-a");
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

TEST_F(AnalystTest, ANewProbeBeforeTheChangeIsItsCause) {
  Measure(0.5, 150);
  auto hello = MakeHello("a");
  hello.mutable_build()->set_probe_version("0.2.0");
  fleet_.Connected(hello, clock_.Realtime().count());
  Measure(0.6, 1);
  const auto events = EventsOf(v1::Event::KIND_ENVIRONMENT_CHANGED);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].subject(), "probe_version");
  Restart();  // which finds it in the store
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_THAT(In(v1::Regression::STATE_FIRING)[0].cause(), HasSubstr("0.2.0"));
}

TEST_F(AnalystTest, RunsThatAreNotCleanOrNotRankedAreNotLookedAt) {
  auto busy = MakeRun("a", 1);
  busy.set_verdict(v1::VERDICT_BUSY);
  analyst_->Record(busy);
  analyst_->Record(MakeRun("stranger", 1));
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::aggregator
