// The engine on what comes in: a step fires after confirming runs, survives a restart, and is
// steered.
#include "aggregator/analyst/analyst.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr std::chrono::minutes kInterval{30};

// Remembers what was ordered.
class Orders final : public Steering {
 public:
  v1::GetScheduleResponse Report(const std::vector<std::string>&, int64_t) override { return {}; }
  Result<Schedule::Order> RunNow(const std::string& node_id, const std::string& suite,
                                 const std::vector<std::string>& benchmarks) override {
    ordered.push_back(node_id + " " + suite + " " + benchmarks.at(0));
    return Schedule::Order{"lease-" + std::to_string(ordered.size() / asked_for_each), 0};
  }
  Result<int> Pause(const std::string&, Time, const std::string&) override { return 0; }
  Result<int> Resume(const std::string&) override { return 0; }

  std::vector<std::string> ordered;
  size_t asked_for_each = 1;  // times that the same order waits
};

class AnalystTest : public RecordKeepingTest {
 protected:
  void SetUp() override {
    fleet_.Connected(MakeHello("a"), clock_.Realtime().count());
    store_->PutNode(MakeHello("a"), 42, {});
    log_.SetListener([this](const v1::Event& event) { analyst_->Happened(event); });
    Restart();
  }

  // As an aggregator that was killed between two rounds.
  void Restart() {
    analyst_ = std::make_unique<Analyst>(
        analysis::RegressionOptions{}, Analyst::Outside{.store = *store_,
                                                        .fleet = fleet_,
                                                        .events = log_,
                                                        .steering = orders_,
                                                        .clock = clock_,
                                                        .metrics = metrics_,
                                                        .interval_of = [this](const std::string&) {
                                                          if (on_new_series_) on_new_series_();
                                                          return kInterval;
                                                        }});
    const auto restored = analyst_->Restore();
    ASSERT_TRUE(restored.has_value()) << restored.error().message;
  }

  // One clean run of cpu_blowfish that began so long ago.
  void Give(double median, std::chrono::nanoseconds ago = {}) {
    auto run = MakeRun("a", ++sequence_, median * (1 + 0.01 * noise_(random_)),
                       (clock_.Realtime() - ago).count() / 1'000'000'000);
    run.mutable_build()->set_bench_sha256(build_);
    store_->PutRun(run, {});
    Flush();
    analyst_->Record(run);
  }

  // One now, and a round of the analysis after it.
  void Measure(double median) {
    clock_.now += kInterval;
    Give(median);
    analyst_->RunRound();
  }

  void Measure(double median, int times) {
    for (int i = 0; i < times; ++i) Measure(median);
  }

  std::vector<v1::Regression> In(v1::Regression::State state) const {
    std::vector<v1::Regression> found;
    for (auto& regression : analyst_->Open()) {
      if (regression.state() == state) found.push_back(std::move(regression));
    }
    return found;
  }

  std::vector<v1::Event> EventsOf(v1::Event::Kind kind) { return Events({.kinds = {kind}}); }

  std::string ScrapeAnalyst() const {
    exporter::Snapshot snapshot;
    analyst_->CollectInto(snapshot);
    return exporter::WriteExposition(snapshot, exporter::Format::kText004, 0);
  }

  Fleet fleet_{kInterval};
  Orders orders_;
  std::unique_ptr<Analyst> analyst_;
  std::function<void()> on_new_series_;
  std::string build_ = "former";  // of hypergauge-bench
  uint64_t sequence_ = 0;
  std::mt19937 random_{7};
  std::normal_distribution<double> noise_;
};

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

TEST_F(AnalystTest, WhatFiresSurvivesARestartAndItsNumberIsNeverGivenAgain) {
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

TEST_F(AnalystTest, APersonsWordIsDurableAndKeepsItsNote) {
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

TEST_F(AnalystTest, WhatTheStoreCouldNotTakeIsKeptLater) {
  Measure(0.5, 150);
  Break("regressions");
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_FALSE(analyst_->Acknowledge(1, "").has_value());
  Mend();
  analyst_->RunRound();
  Flush();
  Restart();
  EXPECT_THAT(analyst_->Open(), SizeIs(1));
}

TEST_F(AnalystTest, NobodyIsToldOfWhatIsNotKept) {
  Measure(0.5, 150);
  Break("regressions");
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), IsEmpty());
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_regression_notifications_total 0\n"));
  Mend();
  analyst_->RunRound();
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), SizeIs(1));
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_regression_notifications_total 1\n"));
}

TEST_F(AnalystTest, WhatIsKeptAsToldWasTold) {
  Measure(0.5, 150);
  Break("events");
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  EXPECT_EQ(store_->FindRegression(1).value()->state(), v1::Regression::STATE_SUSPECT);
  Mend();
  Restart();  // which knows of nothing
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  Measure(0.6, 30);
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_FIRING), SizeIs(1));
}

TEST_F(AnalystTest, WhatEndedWhileTheStoreWasFullIsOverThen) {
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

TEST_F(AnalystTest, WhatCameLastIsJudgedAtTheEnd) {
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

// Whatever comes after the answer, be it a kill.
TEST_F(AnalystTest, WhatAPersonAcceptedIsOverWhenTheAnswerComes) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_TRUE(analyst_->Accept(1, "").has_value());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
  analyst_->RunRound();
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

TEST_F(AnalystTest, TheLevelOfADriftThatWasAcceptedIsKeptWhenTheAnswerComes) {
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

TEST_F(AnalystTest, ANodeThatLeftJustBeforeAKillTakesItsRegressionsAlongToo) {
  Measure(0.5, 150);
  Measure(0.6, 30);
  ASSERT_THAT(In(v1::Regression::STATE_FIRING), SizeIs(1));
  fleet_.Remove("id-a");
  Restart();
  analyst_->RunRound();
  EXPECT_THAT(analyst_->Open(), IsEmpty());
  EXPECT_THAT(EventsOf(v1::Event::KIND_REGRESSION_OVER), SizeIs(1));
}

TEST_F(AnalystTest, ASegmentThatEndedJustBeforeAKillTakesItsRegressionsAlong) {
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

TEST_F(AnalystTest, ASeriesThatFellSilentIsOver) {
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

TEST_F(AnalystTest, ASeriesThatWasSilentForTooLongIsForgotten) {
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

TEST_F(AnalystTest, AReleaseThatIsRolledBackIsWatchedAgainAndNobodyIsTold) {
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

TEST_F(AnalystTest, ARestartGoesOnWithTheSegmentThatIsMeasured) {
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

TEST_F(AnalystTest, ReleasesThatCameAndWentUnseenAreNotComparedEither) {
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

TEST_F(AnalystTest, LateRunsOfTheFormerReleaseDoNotBringItBack) {
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
