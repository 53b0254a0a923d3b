// A step in a series, from the probe's stream to the alert and over a kill -9, until somebody takes
// the new level for the normal one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/probe_stream.h"
#include "tests/support/temp_dir.h"
#include "tests/support/user_command.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr seconds kLimit{60};
constexpr int64_t kMillisecond = 1'000'000;
constexpr double kUsual = 0.5;  // seconds
constexpr double kWorse = 1.3 * kUsual;

class RegressionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.Write("aggregator.yml", "analysis:\n  round: 100ms\n");
    Start();
  }

  void Start() {
    probe_ = nullptr;
    aggregator_ = nullptr;
    aggregator_ = std::make_unique<AggregatorProcess>(
        (folder_.path() / "store").string(),
        std::vector<std::string>{"--config.file", (folder_.path() / "aggregator.yml").string()});
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
  }

  void Connect() {
    probe_ = std::make_unique<ProbeStream>(aggregator_->grpc_address());
    ASSERT_TRUE(probe_->Greet(MakeHello("a")).has_value());
  }

  void TakeLease() {
    const auto message = probe_->ReceiveKind(v1::AggregatorMessage::kLease);
    ASSERT_TRUE(message.has_value()) << probe_->Finish().error_message();
    lease_ = message->lease();
    next_start_ = lease_.start_unix_nanos();
  }

  void GiveBack() {
    v1::ProbeMessage end;
    end.mutable_lease_end()->set_lease_id(lease_.lease_id());
    end.mutable_lease_end()->set_outcome(v1::LeaseEnd::OUTCOME_COMPLETED);
    ASSERT_TRUE(probe_->Send(end));
  }

  // So many short runs under the lease, each stored when this returns.
  void Measure(double median, int times) {
    for (int i = 0; i < times; ++i) {
      auto run = MakeRun("a", ++sequence_, median * (1 + 0.01 * noise_(random_)));
      run.set_started_unix_nanos(next_start_);
      run.set_wall_nanos(kMillisecond / 2);
      next_start_ += kMillisecond;
      run.set_lease_id(lease_.lease_id());
      run.set_fencing_token(lease_.fencing_token());
      ASSERT_TRUE(probe_->Send(run));
      ASSERT_TRUE(probe_->ReceiveKind(v1::AggregatorMessage::kAck).has_value());
    }
  }

  // The value of a sample without labels, or with those in braces.
  double Sample(const std::string& name) {
    const auto scrape = aggregator_->Scrape();
    const auto found = scrape.find("\n" + name + " ");
    return found == std::string::npos ? 0 : std::stod(scrape.substr(found + name.size() + 2));
  }

  // What was stored before is judged when this returns: a round may be under way now, the one after
  // it began later.
  void Judge() {
    const std::string rounds = "hypergauge_analysis_round_duration_seconds_count";
    const double before = Sample(rounds);
    ASSERT_TRUE(Eventually(kLimit, [&] { return Sample(rounds) >= before + 2; }));
  }

  Finished Command(std::vector<std::string> arguments) {
    return RunUserCommand(aggregator_->grpc_address(), std::move(arguments));
  }

  nlohmann::json Ask(std::vector<std::string> arguments) {
    return UserCommandJson(aggregator_->grpc_address(), std::move(arguments));
  }

  nlohmann::json Http(const std::string& path) {
    const auto response = HttpGet(aggregator_->url(path));
    EXPECT_EQ(response.status, 200) << response.body;
    return nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  }

  // The state of the only regression; empty where there is none.
  std::string State() {
    const auto regressions = Ask({"regressions"})["regressions"];
    if (regressions.empty()) return "";
    EXPECT_EQ(regressions.size(), 1U);
    return regressions[0]["state"];
  }

  TempDir folder_;
  std::unique_ptr<AggregatorProcess> aggregator_;
  std::unique_ptr<ProbeStream> probe_;
  v1::Lease lease_;
  int64_t next_start_ = 0;  // nanoseconds since 1970
  uint64_t sequence_ = 0;
  std::mt19937 random_{7};
  std::normal_distribution<double> noise_;
};

TEST_F(RegressionsTest, AStepIsConfirmedOutOfTurnFiresSurvivesAKillAndIsAccepted) {
  ASSERT_NO_FATAL_FAILURE(Connect());
  ASSERT_NO_FATAL_FAILURE(TakeLease());
  ASSERT_NO_FATAL_FAILURE(Measure(kUsual, 140));
  ASSERT_NO_FATAL_FAILURE(Judge());
  EXPECT_EQ(State(), "");
  EXPECT_THAT(Command({"regressions"}).output, HasSubstr("no regressions\n"));

  for (int points = 0; State().empty(); ++points) {
    ASSERT_LT(points, 30) << "nobody suspects anything";
    ASSERT_NO_FATAL_FAILURE(Measure(kWorse, 1));
    ASSERT_NO_FATAL_FAILURE(Judge());
  }
  const std::string ordered = "hypergauge_analysis_reruns_total{result=\"ordered\"}";
  EXPECT_GE(Sample(ordered), 1);
  // The runs that were asked for come one after the other, under leases of their own. What is still
  // missing then, the next cycles bring.
  int leases = 0;
  for (int points = 0; State() != "firing"; ++points) {
    ASSERT_LT(points, 30) << Command({"regressions"}).output;
    if (leases < 4) {
      ASSERT_NO_FATAL_FAILURE(GiveBack());
      ASSERT_NO_FATAL_FAILURE(TakeLease());
      EXPECT_THAT(lease_.lease_id(), ::testing::StartsWith("run-"));
      ++leases;
    }
    ASSERT_NO_FATAL_FAILURE(Measure(kWorse, 1));
    ASSERT_NO_FATAL_FAILURE(Judge());
  }
  EXPECT_EQ(Sample(ordered), leases);

  const auto firing = Ask({"regressions", "show", "1"});
  EXPECT_EQ(firing["scope"], "node");
  EXPECT_EQ(firing["subject"], "a");
  EXPECT_NEAR(firing["effect_ratio"].get<double>(), 0.3, 0.03);
  EXPECT_THAT(Command({"events", "--kind", "regression_firing"}).output,
              HasSubstr("regression 1 is firing: cpu_blowfish"));
  const std::string sample =
      "hypergauge_regression_state{benchmark=\"cpu_blowfish\",kind=\"step\",notified=\"true\","
      "regression=\"1\","
      "scope=\"node\",state=\"firing\",subject=\"a\",suite=\"light\"}";
  EXPECT_EQ(Sample(sample), 1);
  ASSERT_EQ(Http("/api/v1/regressions?state=firing")["regressions"].size(), 1U);
  EXPECT_EQ(Http("/api/v1/regressions?node=b")["regressions"].size(), 0U);

  aggregator_->process().Signal(SIGKILL);
  ASSERT_EQ(aggregator_->process().Wait(kLimit), 128 + SIGKILL);
  Start();
  EXPECT_EQ(State(), "firing");
  EXPECT_EQ(Sample(sample), 1);
  EXPECT_EQ(Ask({"events", "--kind", "regression_firing"})["events"].size(), 1U);

  EXPECT_THAT(Command({"regressions", "ack", "1", "--note", "looking"}).output,
              HasSubstr("note          looking\n"));
  EXPECT_EQ(State(), "acknowledged");
  const auto unknown = Command({"regressions", "ack", "2"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.output, HasSubstr("there is no regression 2"));
  EXPECT_EQ(Command({"regressions", "accept", "1"}).exit_code, 0);
  EXPECT_EQ(State(), "");
  const auto again = Command({"regressions", "accept", "1"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.output, HasSubstr("regression 1 is over: accepted"));
  EXPECT_THAT(aggregator_->Scrape(), Not(HasSubstr("hypergauge_regression_state{")));
  EXPECT_EQ(Ask({"regressions", "--state", "accepted"})["regressions"].size(), 1U);

  // The new level is the normal one, also for an aggregator that came later.
  Start();
  ASSERT_NO_FATAL_FAILURE(Connect());
  ASSERT_EQ(Command({"run", "a", "--benchmark", "cpu_blowfish"}).exit_code, 0);
  ASSERT_NO_FATAL_FAILURE(TakeLease());
  ASSERT_NO_FATAL_FAILURE(Measure(kWorse, 40));
  ASSERT_NO_FATAL_FAILURE(Judge());
  EXPECT_EQ(State(), "");
}

TEST_F(RegressionsTest, WhatCannotBeAskedIsToldByName) {
  const auto bad = [&](const std::string& path, int status) {
    const auto response = HttpGet(aggregator_->url(path));
    EXPECT_EQ(response.status, status) << path;
    return response.body;
  };
  EXPECT_THAT(bad("/api/v1/regressions?state=angry", 400), HasSubstr("state: \\\"angry\\\""));
  EXPECT_THAT(bad("/api/v1/regressions?colour=red", 400), HasSubstr("colour"));
  EXPECT_THAT(bad("/api/v1/regression?id=7", 404), HasSubstr("there is no regression 7"));
  EXPECT_THAT(bad("/api/v1/compare?dataset=none", 404), HasSubstr("there are pilot2011"));
  EXPECT_THAT(bad("/api/v1/compare?scale=metric", 400), HasSubstr("it is ratio or pilot"));
  EXPECT_EQ(Http("/api/v1/compare?dataset=pilot2011&scale=pilot")["platforms"][0]["platform"],
            "metal");
  EXPECT_EQ(Command({"regressions", "--state", "angry"}).exit_code, 2);
  EXPECT_EQ(Command({"regressions", "show", "7"}).exit_code, 1);
  EXPECT_EQ(Command({"compare", "--dataset", "none"}).exit_code, 1);
}

}  // namespace
}  // namespace hypergauge::testing
