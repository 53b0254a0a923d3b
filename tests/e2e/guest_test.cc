// A real guest: QEMU boots Debian's cloud kernel with the static probe, which measures beside the
// probe of its host, takes its turn with it, and is compared with it.
#include "tests/support/guest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "build_paths.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/probe_agent.h"
#include "tests/support/prometheus_process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

const std::string kSource = HYPERGAUGE_SOURCE_DIR;

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// The address behind `label` in a process's log.
std::string AddressAfter(const std::string& log, const std::string& label) {
  const auto at = log.find(label);
  if (at == std::string::npos) return {};
  const auto begin = at + label.size();
  return log.substr(begin, log.find('"', begin) - begin);
}

// All queries of the overview, with what the page would put in for its variables.
std::vector<std::string> DashboardQueries() {
  const auto dashboard =
      nlohmann::json::parse(ReadFile(kSource + "/dashboards/grafana/dashboards/overview.json"));
  std::vector<std::string> queries;
  for (const auto& panel : dashboard["panels"]) {
    for (const auto& target : panel.value("targets", nlohmann::json::array())) {
      std::string query = target["expr"];
      query = std::regex_replace(query, std::regex(R"(\$__(range|rate_interval|interval))"), "5m");
      query = std::regex_replace(query, std::regex(R"(\$suite)"), "light");
      queries.push_back(std::regex_replace(query, std::regex(R"(\$[a-z]+)"), ".+"));
    }
  }
  EXPECT_GE(queries.size(), 20U);
  return queries;
}

TEST(GuestTest, AGuestIsMeasuredBesideItsHostAndComparedWithIt) {
  ASSERT_EQ(Guest::Missing(), "");
  const TempDir folder;
  const std::string store = (folder.path() / "store").string();
  AggregatorProcess aggregator(
      store, {"--config.file",
              folder
                  .Write("some.yml",
                         "schedule: {benchmarks: [cpu_blowfish, cpu_fibonacci, fpu_raytracing, "
                         "disk_rand_read, disk_seq_write, network_tcp, network_tcp_rr]}\n")
                  .string()});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  auto host_command = AgentCommand(Program("hypergauge-probe"), aggregator.grpc_address(),
                                   (folder.path() / "host").string(), "metal1");
  // The very same hypergauge-bench on both sides.
  for (const std::string& flag :
       {std::string("--bench.path"), Guest::StaticPrograms() + "/hypergauge-bench",
        std::string("--network.listen-address"), std::string("127.0.0.1:0")}) {
    host_command.push_back(flag);
  }
  Process host(host_command);
  ASSERT_TRUE(host.WaitForOutput("answering network benchmarks at ", seconds(20))) << host.output();
  ASSERT_TRUE(host.WaitForOutput("connected to aggregator", seconds(20))) << host.output();
  const auto responder = AddressAfter(host.output(), "answering network benchmarks at 127.0.0.1:");

  auto guest_command = AgentCommand(
      "hypergauge-probe", "10.0.2.2:" + std::to_string(aggregator.grpc_port()), "/data", "guest1");
  for (const std::string& flag : {std::string("--node.host"), std::string("metal1"),
                                  std::string("--network.peer"), "10.0.2.2:" + responder}) {
    guest_command.push_back(flag);
  }
  Guest guest(folder, "guest1", "exec " + Joined(guest_command));
  ASSERT_TRUE(guest.qemu().WaitForOutput("guest: up after", seconds(120))) << guest.qemu().output();

  const auto results =
      RunProcess({Program("hypergauge"), "results", "--server", aggregator.grpc_address(), "--wait",
                  "--nodes", "2", "--wait-seconds", "400"},
                 seconds(420));
  ASSERT_EQ(results.exit_code, 0) << results.output << guest.qemu().output();
  EXPECT_THAT(results.output, HasSubstr("guest1 against its host metal1"));
  EXPECT_TRUE(std::regex_search(
      results.output,
      std::regex(R"(\ncpu_fibonacci +[0-9.]+ \S+ +[0-9.]+ \S+ +[0-9]+\.[0-9]{2}\n)")))
      << results.output;

  PrometheusProcess prometheus(aggregator.web_port(),
                               kSource + "/dashboards/prometheus/rules/*.yml");
  ASSERT_TRUE(prometheus.ready()) << prometheus.process().output();
  ASSERT_TRUE(Eventually(
      seconds(30), [&] { return prometheus.Value("hypergauge_node_up{node=\"guest1\"}") == 1; }));
  EXPECT_EQ(prometheus.Value("hypergauge_node_info{node=\"guest1\",host=\"metal1\",role=\"guest\","
                             "platform=\"qemu\"}"),
            1);
  // By the rules that users get; emulation is slower by far.
  const std::string slowdown =
      "node_benchmark:hypergauge_slowdown:ratio{node=\"guest1\",benchmark=\"cpu_fibonacci\"}";
  EXPECT_TRUE(Eventually(seconds(30), [&] { return prometheus.Value(slowdown) > 1.5; }))
      << results.output;
  for (const auto& query : DashboardQueries()) {
    EXPECT_FALSE(prometheus.Query(query).is_null()) << query;
  }
  for (const char* figure :
       {"hypergauge_cpu_blowfish_seconds", "hypergauge_fpu_raytracing_seconds",
        "hypergauge_disk_seq_write_bytes_per_second{mode=\"direct\"}",
        "hypergauge_disk_rand_read_operations_per_second{queue_depth=\"1\"}",
        "hypergauge_network_tcp_rr_latency_seconds{stat=\"p50\",peer=\"10.0.2.2\"}",
        "hypergauge_network_tcp_bytes_per_second{flow=\"up\",peer=\"10.0.2.2\"}"}) {
    EXPECT_GT(prometheus.Value("sum by (node) (" + std::string(figure) +
                               ") and on (node) hypergauge_node_info{role=\"guest\"}"),
              0)
        << figure << "\n"
        << results.output;
  }
  EXPECT_EQ(guest.PowerOff().exit_code, 0);
  EXPECT_TRUE(guest.qemu().Wait(seconds(30)).has_value()) << guest.qemu().output();
  EXPECT_THAT(guest.qemu().output(), HasSubstr("guest: the command ended with status 0"));
  host.Signal(SIGTERM);
  EXPECT_EQ(host.Wait(seconds(10)), 0) << host.output();
}

}  // namespace
}  // namespace hypergauge::testing
