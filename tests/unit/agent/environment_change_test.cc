// An agent on a machine that changes while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <thread>

#include "build_paths.h"
#include "probes/agent/agent.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/agent/test_aggregator.h"

namespace hypergauge::probes {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AckMessage;
using testing::ClockMessage;
using testing::CountHellos;
using testing::LeaseEndsOf;
using testing::LeaseMessage;
using testing::TempDir;
using testing::TestAggregator;
using testing::WelcomeMessage;
using Heard = std::vector<v1::ProbeMessage>;

class EnvironmentChangeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  void SetUp() override {
    folder_.Write(kRelease, "6.1.0\n");
    folder_.Write(kGovernor, "powersave\n");
  }

  void TearDown() override {
    agent_.request_stop();
    if (agent_.joinable()) agent_.join();
  }

  void Start(milliseconds look_interval) {
    AgentOptions options;
    options.aggregator_address = aggregator_.address();
    options.storage = folder_.path() / "state";
    options.node_name = "box";
    options.bench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";
    options.root = folder_.path() / "machine";
    options.look_interval = look_interval;
    options.config.watch.enabled = false;
    options.config.suites["light"].budget = milliseconds(100);
    agent_ = std::jthread([options](const std::stop_token& stop) {
      const auto ran = RunAgent(options, stop);
      EXPECT_TRUE(ran) << (ran ? "" : ran.error().message);
    });
    ASSERT_TRUE(aggregator_.Await([](const Heard& heard) { return CountHellos(heard) == 1; }));
  }

  void SendNullLease(const std::string& lease_id) {
    auto lease = LeaseMessage(lease_id, seconds(60));
    lease.mutable_lease()->add_benchmarks("null");
    aggregator_.Send(lease);
  }

  [[nodiscard]] bool AwaitLeaseEnds(size_t count) {
    return aggregator_.Await(
        [=](const Heard& heard) { return LeaseEndsOf(heard).size() >= count; });
  }

  static constexpr const char* kRelease = "machine/proc/sys/kernel/osrelease";
  static constexpr const char* kGovernor =
      "machine/sys/devices/system/cpu/cpufreq/policy0/scaling_governor";

  TempDir folder_;
  TestAggregator aggregator_{
      [this](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
        if (message.has_hello()) aggregator_.Send(WelcomeMessage());
        if (message.has_run()) aggregator_.Send(AckMessage(message.run().id().sequence()));
        if (message.has_clock_request()) {
          aggregator_.Send(ClockMessage(message.clock_request(), Clock::System()));
        }
        return std::nullopt;
      }};
  std::jthread agent_;
};

std::vector<v1::EnvironmentChange> ChangesOf(const Heard& heard) {
  std::vector<v1::EnvironmentChange> changes;
  for (const auto& message : heard) {
    if (message.has_environment_change()) changes.push_back(message.environment_change());
  }
  return changes;
}

TEST_F(EnvironmentChangeTest, IsToldWhileNothingIsMeasured) {
  Start(milliseconds(20));
  const auto before = aggregator_.Heard()[0].hello().environment();
  EXPECT_EQ(before.facts().at("cpu_governor"), "powersave");
  EXPECT_EQ(before.kernel_release(), "6.1.0");
  EXPECT_EQ(before.digest().size(), 64U);

  folder_.Write(kGovernor, "performance\n");
  // A file that is being written is empty for a moment.
  const auto is_told = [](const Heard& heard) {
    const auto changes = ChangesOf(heard);
    return !changes.empty() && changes.back().environment().facts().contains("cpu_governor") &&
           changes.back().environment().facts().at("cpu_governor") == "performance";
  };
  ASSERT_TRUE(aggregator_.Await(is_told));
  const auto change = ChangesOf(aggregator_.Heard()).back();
  EXPECT_NE(change.environment().digest(), before.digest());
  EXPECT_EQ(change.platform().name(), aggregator_.Heard()[0].hello().platform().name());
}

TEST_F(EnvironmentChangeTest, IsToldBeforeTheRunsOfTheNextLease) {
  Start(hours(1));
  const auto before = aggregator_.Heard()[0].hello().environment();
  SendNullLease("first");
  ASSERT_TRUE(AwaitLeaseEnds(1));
  folder_.Write(kRelease, "6.2.0\n");
  SendNullLease("second");
  ASSERT_TRUE(AwaitLeaseEnds(2));

  std::vector<std::string> digests;  // of runs and changes, as they came
  for (const auto& message : aggregator_.Heard()) {
    if (message.has_run()) digests.push_back(message.run().environment_digest());
    if (message.has_environment_change()) {
      digests.push_back(message.environment_change().environment().digest());
    }
  }
  const auto changes = ChangesOf(aggregator_.Heard());
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].environment().kernel_release(), "6.2.0");
  const auto after = changes[0].environment().digest();
  EXPECT_NE(after, before.digest());
  EXPECT_THAT(digests, ::testing::ElementsAre(before.digest(), after, after));
}

TEST_F(EnvironmentChangeTest, IsNotToldWhereNothingChanged) {
  Start(milliseconds(50));
  SendNullLease("first");
  SendNullLease("second");
  ASSERT_TRUE(AwaitLeaseEnds(2));
  EXPECT_TRUE(ChangesOf(aggregator_.Heard()).empty());
}

}  // namespace
}  // namespace hypergauge::probes
