// An agent on a machine that changes, and a real aggregator that is told.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <thread>

#include "probes/agent/agent.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class EnvironmentTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  void SetUp() override {
    ASSERT_TRUE(aggregator_.ready()) << aggregator_.process().output();
    SetKernel("6.1.0-before");
    probes::AgentOptions options;
    options.aggregator_address = aggregator_.grpc_address();
    options.storage = folder_.path() / "state";
    options.node_name = "box";
    options.bench = Program("hypergauge-bench");
    options.root = folder_.path() / "machine";
    options.look_interval = milliseconds(20);
    agent_ = std::jthread([options](const std::stop_token& stop) {
      const auto ran = probes::RunAgent(options, stop);
      EXPECT_TRUE(ran) << (ran ? "" : ran.error().message);
    });
  }

  void TearDown() override {
    agent_.request_stop();
    if (agent_.joinable()) agent_.join();
  }

  // At once, as the kernel changes its files: an agent must not see half of it.
  void SetKernel(const std::string& release) const {
    const auto written = folder_.Write("osrelease", release + "\n");
    const auto path = folder_.path() / "machine/proc/sys/kernel/osrelease";
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::rename(written, path);
  }

  [[nodiscard]] bool Exports(const std::string& text) const {
    return Eventually(seconds(30),
                      [&] { return aggregator_.Scrape().find(text) != std::string::npos; });
  }

  TempDir folder_;
  AggregatorProcess aggregator_{folder_.path() / "store"};
  std::jthread agent_;
};

TEST_F(EnvironmentTest, AChangeIsRecordedOnce) {
  ASSERT_TRUE(Exports("kernel=\"6.1.0-before\"")) << aggregator_.Scrape();
  EXPECT_TRUE(Exports("hypergauge_environment_changes_total{node=\"box\"} 0\n"));
  SetKernel("6.2.0-after");
  ASSERT_TRUE(Exports("kernel=\"6.2.0-after\"")) << aggregator_.Scrape();
  EXPECT_TRUE(Exports("hypergauge_environment_changes_total{node=\"box\"} 1\n"));
}

}  // namespace
}  // namespace hypergauge::testing
