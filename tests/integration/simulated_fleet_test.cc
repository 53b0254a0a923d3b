// hypergauge-load: a store that it wrote is what an aggregator goes on with, and its probes go on
// where the store ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/support/aggregator_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/user_command.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr seconds kLimit{120};
constexpr const char* kOftenMeasured =
    "schedule:\n  plans: [{suite: light, interval: 10s, cycle: 100ms}]\n  retry: 1s\n"
    "  duty: {node: 0.9, host: 0.9}\n  mesh: {interval: 0}\n";

class SimulatedFleetTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string storage() const { return (folder_.path() / "store").string(); }

  static std::vector<std::string> Fleet(std::vector<std::string> command,
                                        const std::vector<std::string>& more = {}) {
    command.insert(command.begin(), Program("hypergauge-load"));
    for (const char* part :
         {"--hosts", "2", "--guests-per-host", "2", "--seed", "7", "--regressions", "1",
          "--benchmarks", "cpu_blowfish,memory_triad,kernel_syscall"}) {
      command.emplace_back(part);
    }
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }

  void Start() {
    aggregator_ = std::make_unique<AggregatorProcess>(
        storage(),
        std::vector<std::string>{"--config.file", folder_.Write("some.yml", kOftenMeasured)});
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
  }

  nlohmann::json Ask(std::vector<std::string> arguments) {
    return UserCommandJson(aggregator_->grpc_address(), std::move(arguments));
  }

  TempDir folder_;
  std::unique_ptr<AggregatorProcess> aggregator_;
};

TEST_F(SimulatedFleetTest, AnAggregatorShowsWhatTheStoreHoldsAndTheProbesGoOn) {
  const auto written = RunProcess(Fleet({"store", storage()}, {"--days", "2"}), kLimit);
  ASSERT_EQ(written.exit_code, 0) << written.output;
  EXPECT_THAT(written.output, HasSubstr("store: 6 nodes, "));
  ASSERT_NO_FATAL_FAILURE(Start());

  const auto compared = Ask({"compare"});
  std::vector<std::string> platforms;
  for (const auto& each : compared["platforms"]) platforms.push_back(each["platform"]);
  EXPECT_THAT(platforms, ::testing::UnorderedElementsAre("proxmox-ve", "lxc", "vmware-esx"));
  const auto& overheads = compared["overheads"];
  ASSERT_GT(overheads.size(), 8U);
  for (const auto& overhead : overheads) {
    EXPECT_GT(overhead["ratio"].get<double>(), 0.9);
    EXPECT_LT(overhead["ratio"].get<double>(), 2);
  }
  // The analysis found it, and who is to blame for it.
  const auto regressions = Ask({"regressions"})["regressions"];
  ASSERT_EQ(regressions.size(), 1U);
  EXPECT_EQ(regressions[0]["state"], "firing");
  EXPECT_EQ(regressions[0]["subject"], "hv-001");
  EXPECT_THAT(regressions[0]["cause"].get<std::string>(), HasSubstr("powersave"));

  Process probes(
      Fleet({"probes", "--aggregator.address", aggregator_->grpc_address()}, {"--pace", "0"}));
  const auto measured = [this] {
    aggregator_->process().Drain();
    return aggregator_->Scrape().find("\nhypergauge_ingested_runs_total 0\n") == std::string::npos;
  };
  EXPECT_TRUE(Eventually(kLimit, measured)) << aggregator_->process().output();
  probes.Signal(SIGTERM);
  EXPECT_EQ(probes.Wait(kLimit), 0) << probes.output();
  // One of the six fell silent in the store and does not come back.
  EXPECT_THAT(probes.output(), HasSubstr("probes: 5 nodes, 5 connected, 5 welcomed, "));
  EXPECT_THAT(probes.output(), HasSubstr(" 0 rejected, 0 streams broken"));
}

TEST_F(SimulatedFleetTest, HostileNamesAreTaken) {
  const auto written = RunProcess(
      Fleet({"store", storage()}, {"--days", "1", "--interval", "6h", "--hostile"}), kLimit);
  ASSERT_EQ(written.exit_code, 0) << written.output;
  ASSERT_NO_FATAL_FAILURE(Start());
  const auto nodes = Ask({"nodes"})["nodes"];
  ASSERT_EQ(nodes.size(), 6U);
  EXPECT_THAT(nodes.dump(), HasSubstr("<script>"));
  Process probes(
      Fleet({"probes", "--aggregator.address", aggregator_->grpc_address()}, {"--hostile"}));
  EXPECT_TRUE(Eventually(kLimit, [this] {
    aggregator_->process().Drain();
    return aggregator_->Scrape().find("\nhypergauge_sessions 5\n") != std::string::npos;
  })) << aggregator_->process().output();
  probes.Signal(SIGTERM);
  EXPECT_EQ(probes.Wait(kLimit), 0) << probes.output();
}

TEST_F(SimulatedFleetTest, WhatCannotBeDoneIsToldByFlag) {
  const auto bad = [&](std::vector<std::string> arguments, const std::string& what) {
    arguments.insert(arguments.begin(), Program("hypergauge-load"));
    const auto finished = RunProcess(arguments);
    EXPECT_EQ(finished.exit_code, 2) << finished.output;
    EXPECT_THAT(finished.output, HasSubstr(what));
  };
  bad({"store", storage(), "--hosts", "0"}, "--hosts must be from 1");
  bad({"store", storage(), "--days", "-1"}, "--days must be above 0");
  bad({"store", storage(), "--interval", "1s"}, "--interval must be from 5m");
  bad({"store", storage(), "--benchmarks", "cpu_nothing"}, "\"cpu_nothing\" is no benchmark");
  bad({"probes", "--aggregator.address", "nowhere"}, "--aggregator.address");
  bad({"probes", "--aggregator.address", "127.0.0.1:1", "--duration", "soon"}, "--duration");
  EXPECT_FALSE(std::filesystem::exists(storage()));
}

}  // namespace
}  // namespace hypergauge::testing
