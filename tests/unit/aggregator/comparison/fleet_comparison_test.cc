// What a running aggregator compares: with the hardware groups of its configuration, and at most so
// often.
#include "aggregator/comparison/fleet_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

#include "aggregator/analyst/scoreboard.h"
#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// What is logged while it lives.
class Log {
 public:
  Log() {
    before_ = spdlog::default_logger();
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() { spdlog::set_default_logger(before_); }

  std::string Take() {
    auto text = text_.str();
    text_.str("");
    return text;
  }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

v1::HardwareGroup Group(const std::string& name, const std::vector<std::string>& nodes) {
  v1::HardwareGroup group;
  group.set_name(name);
  group.mutable_nodes()->Add(nodes.begin(), nodes.end());
  return group;
}

// metal1 is like the machine below g, on which no probe runs.
class FleetComparisonTest : public RecordKeepingTest {
 protected:
  void SetUp() override {
    Connect(MakeHello("metal1"));
    auto guest = MakeHello("g");
    guest.set_role(v1::ROLE_GUEST);
    guest.mutable_placement()->set_host("esx1");
    guest.mutable_platform()->set_name("vmware-esx");
    Connect(guest);
    for (int i = 0; i < 10; ++i) {
      Measure("metal1", 1 + 0.001 * i);
      Measure("g", 1.2 + 0.001 * i);
    }
  }

  void Connect(const v1::Hello& hello) {
    fleet_.Connected(hello, clock_.Realtime().count());
    store_->PutNode(hello, 42, {});
  }

  void Measure(const std::string& node, double median) {
    clock_.now += std::chrono::minutes(1);
    store_->PutRun(MakeRun(node, ++sequence_, median, clock_.Realtime().count() / 1'000'000'000),
                   {});
    Flush();
  }

  void ConnectPair(const std::string& host, const std::string& guest) {
    Connect(MakeHello(host));
    auto hello = MakeHello(guest);
    hello.set_role(v1::ROLE_GUEST);
    hello.mutable_placement()->set_host(host);
    hello.mutable_platform()->set_name("kvm");
    Connect(hello);
    fleet_.SetPlacement(hello.identity().node_id(), host, v1::Placement::SOURCE_DECLARED, false);
  }

  // Host and guest once each, within seconds.
  void MeasureRound(uint64_t round, const std::string& host, const std::string& guest) {
    clock_.now += std::chrono::minutes(1);
    for (const auto& node : {host, guest}) {
      auto run = MakeRun(node, ++sequence_, 1, clock_.Realtime().count() / 1'000'000'000);
      run.set_round(round);
      run.set_round_pass(1);
      store_->PutRun(run, {});
    }
    Flush();
  }

  void Declare(std::vector<v1::HardwareGroup> groups) {
    comparison_ = std::make_unique<FleetComparison>(*store_, fleet_, clock_, std::move(groups));
  }

  v1::CompareResponse Ask(const v1::CompareRequest& request = {}) {
    auto response = comparison_->Compare(request);
    EXPECT_TRUE(response.has_value()) << (response ? "" : response.error().message);
    return response ? std::move(*response) : v1::CompareResponse();
  }

  Fleet fleet_{std::chrono::minutes(30)};
  std::unique_ptr<FleetComparison> comparison_;
  uint64_t sequence_ = 0;
};

TEST_F(FleetComparisonTest, DeclaredGroupsHoldForWhoeverNamesNone) {
  Declare({Group("r720", {"g", "metal1"})});
  const auto response = Ask();
  ASSERT_THAT(response.overheads(), SizeIs(1));
  EXPECT_EQ(response.overheads(0).baseline(), "metal1");
  EXPECT_TRUE(response.overheads(0).substitute());

  v1::CompareRequest others;
  *others.add_hardware_groups() = Group("r730", {"g"});
  EXPECT_THAT(Ask(others).overheads(), IsEmpty());
}

TEST_F(FleetComparisonTest, AnUnknownNodeOfTheConfigurationIsNamedOnceAndKeepsNothingAway) {
  Declare({Group("r720", {"typo", "g", "metal1"}), Group("r730", {"nobody"})});
  Log log;
  EXPECT_THAT(Ask().overheads(), SizeIs(1));
  EXPECT_THAT(log.Take(), HasSubstr("there is no node nobody, typo;"));
  clock_.now += std::chrono::minutes(1);
  EXPECT_THAT(Ask().overheads(), SizeIs(1));
  EXPECT_EQ(log.Take(), "");
  Connect(MakeHello("typo"));
  clock_.now += std::chrono::minutes(1);
  EXPECT_THAT(Ask().overheads(), SizeIs(1));
  EXPECT_EQ(log.Take(), "");
}

TEST_F(FleetComparisonTest, ANodeThatARequestNamesMustBeThere) {
  Declare({});
  v1::CompareRequest request;
  *request.add_hardware_groups() = Group("r720", {"typo"});
  const auto refused = comparison_->Compare(request);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_F(FleetComparisonTest, BothScalesOfAReportShareTheirPoints) {
  Declare({Group("r720", {"g", "metal1"})});
  const auto first = Ask();
  clock_.now += std::chrono::seconds(5);
  EXPECT_EQ(Ask().made_unix_nanos(), first.made_unix_nanos());
  v1::CompareRequest pilot;
  pilot.set_scale("pilot");
  EXPECT_THAT(comparison_->Compare(pilot).error().message, HasSubstr("compile and disk_dd"));
  pilot.set_scale("metric");
  EXPECT_THAT(comparison_->Compare(pilot).error().message, HasSubstr("ratio or pilot"));
  clock_.now += std::chrono::minutes(1);
  EXPECT_GT(Ask().made_unix_nanos(), first.made_unix_nanos());
}

TEST_F(FleetComparisonTest, MoreThanAYearIsNotLookedThroughAndTheAnswerSaysSo) {
  Declare({});
  v1::CompareRequest request;
  request.set_since_unix_nanos(1);
  constexpr std::chrono::nanoseconds kYear = std::chrono::hours(366 * 24);
  const auto response = Ask(request);
  EXPECT_EQ(response.since_unix_nanos(), (clock_.Realtime() - kYear).count());
  EXPECT_THAT(response.notes(), Contains(HasSubstr("Only the last 366 days count")));
  EXPECT_THAT(Ask().notes(), Not(Contains(HasSubstr("Only the last 366 days"))));
}

TEST_F(FleetComparisonTest, TheFirstOverheadsAreNotLongInComing) {
  Declare({});
  Scoreboard scoreboard(*comparison_, clock_, metrics_);
  scoreboard.Refresh();
  EXPECT_THAT(scoreboard.Latest()->overheads(), IsEmpty());
  ConnectPair("host1", "guest1");
  MeasureRound(1, "host1", "guest1");
  scoreboard.Refresh();
  ASSERT_THAT(scoreboard.Latest()->overheads(), SizeIs(1));
  EXPECT_EQ(scoreboard.Latest()->overheads(0).blocks(), 1);
  MeasureRound(2, "host1", "guest1");
  scoreboard.Refresh();
  EXPECT_EQ(scoreboard.Latest()->overheads(0).blocks(), 2);
}

TEST_F(FleetComparisonTest, OverheadsWithIntervalsAreMadeAnewEveryFiveMinutes) {
  Declare({Group("r720", {"g", "metal1"})});
  Scoreboard scoreboard(*comparison_, clock_, metrics_);
  scoreboard.Refresh();
  const auto first = scoreboard.Latest()->made_unix_nanos();
  EXPECT_GT(scoreboard.Latest()->overheads(0).upper(), 0);
  clock_.now += std::chrono::minutes(4);
  scoreboard.Refresh();
  EXPECT_EQ(scoreboard.Latest()->made_unix_nanos(), first);
  clock_.now += std::chrono::minutes(1);
  scoreboard.Refresh();
  EXPECT_GT(scoreboard.Latest()->made_unix_nanos(), first);
}

TEST_F(FleetComparisonTest, AScrapeHasOverheadsDespiteAnUnknownNodeOfTheConfiguration) {
  Declare({Group("r720", {"typo", "g", "metal1"})});
  Scoreboard scoreboard(*comparison_, clock_, metrics_);
  scoreboard.Refresh();
  EXPECT_THAT(scoreboard.Latest()->overheads(), SizeIs(1));
  exporter::Snapshot snapshot;
  scoreboard.CollectInto(snapshot);
  EXPECT_THAT(
      exporter::WriteExposition(snapshot, exporter::Format::kText004, 0),
      HasSubstr("hypergauge_overhead_ratio{baseline=\"metal1\",benchmark=\"cpu_blowfish\""));
}

}  // namespace
}  // namespace hypergauge::aggregator
