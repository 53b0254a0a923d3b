// hypergauge-bench as a program: what the probe starts and reads.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

using nlohmann::json;
using testing::Process;
using testing::RunProcess;

constexpr const char* kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";

struct Case {
  const char* benchmark;
  const char* size;
};

constexpr Case kCases[] = {
    {"cpu_blowfish", "10"},        {"cpu_fibonacci", "20"},       {"fpu_raytracing", "1"},
    {"disk_seq_write", "1048576"}, {"disk_rand_read", "1048576"}, {"network_tcp", "50"},
    {"network_tcp_rr", "10"},
};

std::vector<std::string> Command(const Case& each, const std::filesystem::path& work_dir) {
  return {kBench,
          "--work-dir",
          work_dir,
          "run",
          each.benchmark,
          "--size",
          each.size,
          "--sample-ms",
          "1",
          "--warmups",
          "0",
          "--min-samples",
          "1",
          "--max-samples",
          "1"};
}

// The last line of the output, which is the run.
json RunOf(const std::string& output) {
  std::istringstream lines(output);
  json last;
  for (std::string line; std::getline(lines, line);) last = json::parse(line, nullptr, false);
  return last.is_object() && last.contains("run") ? last["run"] : json();
}

class BenchProgram : public ::testing::TestWithParam<Case> {};

TEST_P(BenchProgram, PrintsARunWithAFigureForEveryQuantity) {
  const DiskFolder folder;
  const auto finished = RunProcess(Command(GetParam(), folder.path()));
  ASSERT_EQ(finished.exit_code, 0) << finished.output;
  const auto run = RunOf(finished.output);
  ASSERT_TRUE(run.is_object()) << finished.output;
  EXPECT_EQ(run["benchmark"], GetParam().benchmark);
  ASSERT_EQ(run["verdict"], "VERDICT_CLEAN") << run["verdict_reason"];
  EXPECT_NE(run["answer"], "");
  const auto& quantities = Registry().at(GetParam().benchmark).descriptor.quantities;
  ASSERT_EQ(run["measures"].size(), quantities.size());
  for (size_t i = 0; i < quantities.size(); ++i) {
    EXPECT_EQ(run["measures"][i]["family"], quantities[i].family);
    const double median = run["measures"][i]["median"].get<double>();
    EXPECT_TRUE(median > 0 || (median == 0 && quantities[i].unranked)) << median;
  }
}

TEST_P(BenchProgram, HasTheBenchmarkInEverySuite) {
  const auto& descriptor = Registry().at(GetParam().benchmark).descriptor;
  for (const Suite suite : kAllSuites) {
    ASSERT_TRUE(descriptor.work.contains(suite)) << ToString(suite);
    EXPECT_GT(descriptor.work.at(suite).size, 0);
    EXPECT_NE(descriptor.work.at(suite).work_unit, "");
  }
  for (const auto& quantity : descriptor.quantities) {
    EXPECT_TRUE(quantity.family.ends_with("_" + quantity.unit)) << quantity.family;
    EXPECT_EQ(quantity.help == descriptor.quantities.front().help,
              quantity.family == descriptor.quantities.front().family)
        << "one family, one help: " << quantity.family;
  }
}

INSTANTIATE_TEST_SUITE_P(All, BenchProgram, ::testing::ValuesIn(kCases), [](const auto& instance) {
  return std::string(instance.param.benchmark);
});

TEST(BenchList, SaysForEachSuiteWhatABenchmarkOfNoSuiteTakes) {
  const auto list = json::parse(RunProcess({kBench, "list"}).output);
  const auto found = std::find_if(list.begin(), list.end(),
                                  [](const json& each) { return each["name"] == "tool_fio"; });
  ASSERT_NE(found, list.end());
  EXPECT_TRUE((*found)["suites"].empty());
  const auto& work = Registry().at("tool_fio").descriptor.default_work;
  for (const Suite suite : kAllSuites) {
    const std::string name(ToString(suite));
    EXPECT_EQ((*found)["work_unit"][name], work.work_unit);
    EXPECT_EQ((*found)["least_bytes_written"][name], work.bytes_written);
    EXPECT_EQ((*found)["least_bytes_sent"][name], work.bytes_sent);
  }
  EXPECT_EQ((*found)["work_unit"].size(), std::size(kAllSuites));
}

// A responder as a program; its port once it has printed it.
class Responder {
 public:
  Responder() : process_({kBench, "serve", "--listen-address", "127.0.0.1:0"}) {
    if (!process_.WaitForOutput("}}\n", std::chrono::seconds(10))) return;
    port_ = json::parse(process_.output())["responder"]["port"];
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  Process& process() { return process_; }

 private:
  Process process_;
  int port_ = 0;
};

TEST(BenchServe, AnswersBothNetworkBenchmarks) {
  const Responder responder;
  ASSERT_GT(responder.port(), 0);
  for (const char* name : {"network_tcp_rr", "network_tcp"}) {
    auto command = Command({name, "50"}, "/");
    command.insert(command.end(), {"--peer", responder.address()});
    const auto run = RunOf(RunProcess(command).output);
    EXPECT_EQ(run["verdict"], "VERDICT_CLEAN") << run.dump();
    EXPECT_EQ(run["peer"], responder.address());
  }
}

TEST(BenchServe, EndsCleanlyWhenAsked) {
  Responder responder;
  ASSERT_GT(responder.port(), 0);
  responder.process().Signal(SIGTERM);
  EXPECT_EQ(responder.process().Wait(std::chrono::seconds(10)), 0);
  EXPECT_FALSE(ConnectTo({.host = "127.0.0.1", .port = static_cast<uint16_t>(responder.port() + 1)},
                         std::chrono::seconds(1)));
}

TEST(BenchServe, NamesAPortThatIsTaken) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  const std::string address = "127.0.0.1:" + std::to_string(LocalPort(listener).value());
  const auto finished = RunProcess({kBench, "serve", "--listen-address", address});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.output.find(address), std::string::npos) << finished.output;
}

TEST(BenchServe, RefusesAnAddressWithoutAPort) {
  const auto finished = RunProcess({kBench, "serve", "--listen-address", "localhost"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_NE(finished.output.find("--listen-address"), std::string::npos) << finished.output;
}

TEST(BenchStop, LeavesNoFilesOfASequentialWrite) {
  const DiskFolder folder;
  Process process({kBench, "--work-dir", folder.path(), "run", "disk_seq_write", "--size",
                   "1048576", "--sample-ms", "1", "--min-samples", "10000", "--max-samples",
                   "10000"});
  ASSERT_TRUE(process.WaitForOutput("progress", std::chrono::seconds(10)));
  process.Signal(SIGTERM);
  ASSERT_EQ(process.Wait(std::chrono::seconds(10)), 0);
  EXPECT_EQ(RunOf(process.output())["verdict"], "VERDICT_FAILED");
  EXPECT_TRUE(folder.IsEmpty());
}

}  // namespace
}  // namespace hypergauge::probes
