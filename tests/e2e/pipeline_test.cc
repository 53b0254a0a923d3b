// The whole path on one machine: a real probe measures, a real aggregator stores and exposes,
// Debian's Prometheus scrapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "tests/support/aggregator_process.h"
#include "tests/support/probe_agent.h"
#include "tests/support/prometheus_process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

std::vector<std::string> Agent(const std::string& aggregator, const TempDir& folder) {
  return AgentCommand(Program("hypergauge-probe"), aggregator, (folder.path() / "probe").string(),
                      "host1");
}

Finished WaitForCycle(const AggregatorProcess& aggregator) {
  return RunProcess({Program("hypergauge"), "results", "--server", aggregator.grpc_address(),
                     "--wait", "--wait-seconds", "120"},
                    seconds(130));
}

nlohmann::json Descriptors() {
  const auto list = RunProcess({Program("hypergauge-bench"), "list"});
  return nlohmann::json::parse(list.output);
}

// hypergauge_<family>{node="...",suite="light",<labels of the quantity>}
std::string Selector(const nlohmann::json& quantity, const std::string& node) {
  std::string selector = "hypergauge_" + quantity["family"].get<std::string>() + "{node=\"" + node +
                         "\",role=\"host\",suite=\"light\",platform!=\"\",threads!=\"\"";
  for (const auto& [label, value] : quantity["labels"].items()) {
    selector += "," + label + "=\"" + value.get<std::string>() + "\"";
  }
  return selector + "}";
}

std::vector<std::string> LightBenchmarks(const nlohmann::json& descriptors) {
  std::vector<std::string> names;
  for (const auto& benchmark : descriptors) {
    const auto& suites = benchmark["suites"];
    if (std::find(suites.begin(), suites.end(), "light") != suites.end()) {
      names.push_back(benchmark["name"]);
    }
  }
  return names;
}

// All of the light suite in one cycle, as short as can be.
std::string ConfigFor(const std::vector<std::string>& benchmarks) {
  std::string list;
  for (const auto& name : benchmarks) list += (list.empty() ? "" : ", ") + name;
  return "schedule: {benchmarks: [" + list + "]}\n";
}

const std::vector<std::string> kOneSampleEach = {"--suites.light.budget",      "1ms",
                                                 "--suites.light.warmups",     "0",
                                                 "--suites.light.min-samples", "1"};

TEST(PipelineTest, EveryBenchmarksFiguresArriveInPrometheusWithTheirLabels) {
  const TempDir folder;
  const auto descriptors = Descriptors();
  const auto names = LightBenchmarks(descriptors);
  EXPECT_GE(names.size(), 40U);
  AggregatorProcess aggregator(
      (folder.path() / "store").string(),
      {"--config.file", folder.Write("all.yml", ConfigFor(names)).string()});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  auto command = Agent(aggregator.grpc_address(), folder);
  command.insert(command.end(), kOneSampleEach.begin(), kOneSampleEach.end());
  Process agent(command);
  const auto results = WaitForCycle(aggregator);
  ASSERT_EQ(results.exit_code, 0) << results.output;
  PrometheusProcess prometheus(aggregator.web_port());
  ASSERT_TRUE(prometheus.ready()) << prometheus.process().output();
  ASSERT_TRUE(Eventually(seconds(30), [&] {
    return prometheus.Value("hypergauge_node_up{node=\"host1\"}") == 1;
  })) << results.output;
  int figures = 0;
  for (const auto& benchmark : descriptors) {
    const std::string name = benchmark["name"];
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    EXPECT_THAT(results.output, HasSubstr(name));
    for (const auto& quantity : benchmark["quantities"]) {
      // Losses are none, but told.
      const auto value = prometheus.Value(Selector(quantity, "host1"));
      const bool may_be_none = name.starts_with("network_udp") || quantity.value("unranked", false);
      EXPECT_TRUE(value > 0 || (may_be_none && value == 0)) << Selector(quantity, "host1");
      ++figures;
    }
    EXPECT_EQ(prometheus.Value("hypergauge_runs_total{node=\"host1\",verdict=\"clean\","
                               "benchmark=\"" +
                               name + "\"}"),
              1)
        << results.output;
  }
  EXPECT_GE(figures, 10);
  EXPECT_EQ(prometheus.Value("up{job=\"hypergauge\"}"), 1);
  EXPECT_TRUE(Eventually(seconds(30), [&] {
    return prometheus.Value("hypergauge_probe_spool_waiting_runs{node=\"host1\"}") == 0;
  }));
  agent.Signal(SIGTERM);
  EXPECT_EQ(agent.Wait(seconds(10)), 0) << agent.output();
}

// A machine that hangs or loses its power says no goodbye.
TEST(PipelineTest, AProbeThatFallsSilentIsKnownToBeDown) {
  const TempDir folder;
  AggregatorProcess aggregator((folder.path() / "store").string());
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  Process agent(Agent(aggregator.grpc_address(), folder));
  ASSERT_TRUE(aggregator.process().WaitForOutput("connected from", seconds(30)));
  EXPECT_THAT(aggregator.Scrape(), HasSubstr("hypergauge_node_up{node=\"host1\"} 1\n"));
  agent.Signal(SIGSTOP);
  EXPECT_TRUE(Eventually(seconds(90), [&] {
    return aggregator.Scrape().find("hypergauge_node_up{node=\"host1\"} 0\n") != std::string::npos;
  }));
  agent.Signal(SIGCONT);
}

TEST(PipelineTest, AScrapeIsCleanForPromtool) {
  const TempDir folder;
  AggregatorProcess aggregator((folder.path() / "store").string(),
                               {"--config.file", folder
                                                     .Write("c.yml",
                                                            "schedule: {benchmarks: "
                                                            "[null]}\n")
                                                     .string()});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  Process agent(Agent(aggregator.grpc_address(), folder));
  ASSERT_EQ(WaitForCycle(aggregator).exit_code, 0);
  const auto scrape = folder.Write("scrape.txt", aggregator.Scrape());
  EXPECT_THAT(ReadFile(scrape), HasSubstr("hypergauge_null_seconds{node=\"host1\""));
  const auto checked = RunProcess({"sh", "-c", "promtool check metrics < " + scrape.string()});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_EQ(checked.output, "");
}

uint64_t CountedRuns(const AggregatorProcess& aggregator) {
  const std::string text = aggregator.Scrape();
  static const std::regex kRuns(R"(hypergauge_runs_total\{[^}]*\} ([0-9]+))");
  uint64_t total = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), kRuns), end; match != end; ++match) {
    total += std::stoull((*match)[1]);
  }
  return total;
}

// The aggregator dies between report and scrape, again and again, and is away when the probe
// starts.
TEST(PipelineTest, NoFinishedRunIsLostOrCountedTwiceWhenTheAggregatorIsKilled) {
  const TempDir folder;
  const auto config = folder
                          .Write("c.yml",
                                 "schedule: {benchmarks: [null], interval: 1s, cycle: 100ms, "
                                 "retry: 1s, duty: {node: 1, host: 1}}\n")
                          .string();
  const std::string store = (folder.path() / "store").string();
  std::string address;
  {
    // Only to learn of a port that is free.
    const AggregatorProcess first(store);
    ASSERT_TRUE(first.ready());
    address = first.grpc_address();
  }
  Process agent(Agent(address, folder));
  ASSERT_TRUE(agent.WaitForOutput("ended", seconds(20))) << agent.output();
  uint64_t counted = 0;
  for (int round = 0; round < 3; ++round) {
    AggregatorProcess aggregator(store, {"--config.file", config}, {}, address);
    ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
    EXPECT_GE(CountedRuns(aggregator), counted) << "round " << round;
    const uint64_t before = CountedRuns(aggregator);
    ASSERT_TRUE(Eventually(seconds(60), [&] { return CountedRuns(aggregator) > before + 1; }))
        << agent.output() << aggregator.process().output();
    counted = CountedRuns(aggregator);
    aggregator.process().Signal(SIGKILL);
    EXPECT_EQ(aggregator.process().Wait(seconds(10)), 128 + SIGKILL);
  }
  AggregatorProcess aggregator(store, {"--config.file", config}, {}, address);
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  ASSERT_TRUE(aggregator.process().WaitForOutput("stored up to ", seconds(60)));
  ASSERT_TRUE(aggregator.process().WaitForOutput("lease ", seconds(60)));
  PrometheusProcess prometheus(aggregator.web_port());
  ASSERT_TRUE(prometheus.ready()) << prometheus.process().output();
  EXPECT_TRUE(Eventually(seconds(30), [&] {
    return prometheus.Value("sum(hypergauge_runs_total)") >= static_cast<double>(counted) &&
           prometheus.Value("hypergauge_null_seconds{node=\"host1\"}") > 0;
  }));
  agent.Signal(SIGTERM);
  EXPECT_EQ(agent.Wait(seconds(10)), 0) << agent.output();
  // Sequences have no gaps: as many runs are counted as the highest sequence says there were.
  AggregatorProcess last(store);
  ASSERT_FALSE(last.ready()) << "two aggregators share a store";
  const uint64_t runs = CountedRuns(aggregator);
  aggregator.process().Signal(SIGTERM);
  EXPECT_EQ(aggregator.process().Wait(seconds(20)), 0);
  const auto highest =
      RunProcess({"sqlite3", store + "/hypergauge.db", "SELECT max(sequence), count(*) FROM runs"});
  EXPECT_EQ(highest.output, std::to_string(runs) + "|" + std::to_string(runs) + "\n");
}

}  // namespace
}  // namespace hypergauge::testing
