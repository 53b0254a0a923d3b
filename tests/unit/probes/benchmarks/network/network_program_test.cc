// The network benchmarks and their responder as programs.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "build_paths.h"
#include "probes/benchmarks/network/socket.h"
#include "tests/support/process.h"

namespace hypergauge::probes {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::Process;
using testing::RunProcess;

constexpr const char* kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";

struct Case {
  const char* benchmark;
  const char* size;
};

constexpr Case kCases[] = {
    {"network_tcp", "50"},      {"network_tcp_rr", "10"},  {"network_udp_rtt", "10"},
    {"network_udp", "20"},      {"network_connect", "10"}, {"network_http", "1000000"},
    {"network_ftp", "1000000"},
};

std::vector<std::string> Command(const Case& each, const std::string& samples) {
  return {kBench,      "run", each.benchmark,  "--size", each.size,       "--sample-ms", "1",
          "--warmups", "0",   "--min-samples", samples,  "--max-samples", samples};
}

// The last line of the output, which is the run.
json RunOf(const std::string& output) {
  std::istringstream lines(output);
  json last;
  for (std::string line; std::getline(lines, line);) last = json::parse(line, nullptr, false);
  return last.is_object() && last.contains("run") ? last["run"] : json();
}

// Of the responder as a program.
class NetworkResponder : public ::testing::TestWithParam<Case> {
 protected:
  NetworkResponder() : process_({kBench, "serve", "--listen-address", "127.0.0.1:0"}) {}

  void SetUp() override {
    ASSERT_TRUE(process_.WaitForOutput("}}\n", seconds(20))) << process_.output();
    port_ = json::parse(process_.output())["responder"]["port"];
  }

  [[nodiscard]] Endpoint Port(int distance) const {
    return PortAfter({.host = "127.0.0.1", .port = port_}, distance);
  }

  Process process_;
  uint16_t port_ = 0;
};

TEST_P(NetworkResponder, IsAPeerOfTheBenchmark) {
  auto command = Command(GetParam(), "1");
  command.insert(command.end(), {"--peer", ToString(Port(0))});
  const auto run = RunOf(RunProcess(command).output);
  ASSERT_TRUE(run.is_object());
  EXPECT_EQ(run["verdict"], "VERDICT_CLEAN") << run.dump();
  EXPECT_EQ(run["peer"], ToString(Port(0)));
  EXPECT_NE(run["answer"], "");
}

std::string Name(const ::testing::TestParamInfo<Case>& instance) {
  return instance.param.benchmark;
}

INSTANTIATE_TEST_SUITE_P(All, NetworkResponder, ::testing::ValuesIn(kCases), &Name);

using Responder = NetworkResponder;

TEST_F(Responder, AnswersAStockIperf3Client) {
  const std::vector<std::vector<std::string>> variants = {
      {}, {"--reverse"}, {"--parallel", "2"}, {"--udp", "--bitrate", "8M"}};
  for (const auto& flags : variants) {
    std::vector<std::string> command{
        "iperf3",  "--client", "127.0.0.1", "--port", std::to_string(Port(kIperfPort).port),
        "--bytes", "100K",     "--json"};
    command.insert(command.end(), flags.begin(), flags.end());
    json result;
    // Between two tests it may be busy for a moment.
    EXPECT_TRUE(testing::Eventually(seconds(20), [&] {
      result = json::parse(RunProcess(command).output, nullptr, false);
      return result.is_object() && !result.contains("error");
    })) << result.dump();
    EXPECT_GT(result["/end/sum_sent/bytes"_json_pointer], 0);
  }
}

TEST_F(Responder, FreesAllItsPortsAtTheEnd) {
  for (const int distance : {0, kIperfPort, kHttpPort, kFtpPort}) {
    EXPECT_TRUE(testing::Eventually(seconds(20), [&] {
      return ConnectTo(Port(distance), seconds(1)).has_value();
    })) << distance;
  }
  process_.Signal(SIGTERM);
  ASSERT_EQ(process_.Wait(seconds(20)), 0) << process_.output();
  for (const int distance : {0, kIperfPort, kHttpPort, kFtpPort}) {
    EXPECT_TRUE(ListenAt(Port(distance))) << distance;
  }
  EXPECT_TRUE(BindUdpTo(Port(0)));
}

// Who was started by `parent` and lives.
std::vector<pid_t> ChildrenOf(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) continue;
    std::istringstream fields(line.substr(line.rfind(')') + 1));
    std::string state;
    pid_t its_parent = 0;
    fields >> state >> its_parent;
    if (its_parent == parent) children.push_back(std::stoi(entry.path().filename()));
  }
  return children;
}

class NetworkStop : public ::testing::TestWithParam<Case> {};

TEST_P(NetworkStop, EndsTheRunAndLeavesNoProcess) {
  Process process(Command(GetParam(), "10000"));
  ASSERT_TRUE(process.WaitForOutput("progress", seconds(20))) << process.output();
  const auto children = ChildrenOf(process.pid());
  EXPECT_FALSE(children.empty());  // its own server at least
  process.Signal(SIGTERM);
  ASSERT_EQ(process.Wait(seconds(20)), 0) << process.output();
  const auto run = RunOf(process.output());
  EXPECT_EQ(run["verdict"], "VERDICT_FAILED") << run.dump();
  EXPECT_TRUE(run.value("measures", json::array()).empty());
  for (const pid_t child : children) EXPECT_EQ(kill(child, 0), -1) << child;
}

INSTANTIATE_TEST_SUITE_P(All, NetworkStop, ::testing::ValuesIn(kCases), &Name);

}  // namespace
}  // namespace hypergauge::probes
