// hypergauge-probe noise as users start it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/temp_dir.h"
#include "tests/unit/agent/probe_program.h"
#include "tests/unit/agent/test_aggregator.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

std::set<std::string> NamesIn(const Json& noise) {
  std::set<std::string> names;
  for (const auto& each : noise["noise"]) names.insert(each["benchmark"]);
  return names;
}

const Json& EntryOf(const Json& noise, const std::string& benchmark) {
  for (const auto& each : noise["noise"]) {
    if (each["benchmark"] == benchmark) return each;
  }
  throw std::runtime_error("no noise of " + benchmark + " in " + noise.dump());
}

Json Kept(const TempDir& folder) {
  return Json::parse(ReadFile(folder.path() / "noise.json"));
}

TEST(ProbeNoise, KeepsAFloorOfEachBenchmarkForTheAgent) {
  const TempDir folder;
  for (const char* benchmark : {"null", "kernel_syscall"}) {
    const auto noise =
        Probe(WhateverDisturbs({"noise", "--benchmark", benchmark, "--budget", "20ms", "--rounds",
                                "4", "--storage.path", folder.path(), "--format", "prometheus"}));
    EXPECT_EQ(noise.exit_code, 0) << noise.output;
    EXPECT_THAT(noise.output, HasSubstr(std::string("hypergauge_noise_floor_ratio{benchmark=\"") +
                                        benchmark + "\",family="));
  }
  const auto kept = Kept(folder);
  EXPECT_EQ(NamesIn(kept), (std::set<std::string>{"kernel_syscall", "null"}));
  EXPECT_EQ(EntryOf(kept, "null")["rounds"], 4);
  EXPECT_GE(EntryOf(kept, "null")["detectable_ratio"], 0);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "day.json"));
  EXPECT_TRUE(std::filesystem::is_directory(folder.path() / "work"));
}

// The light suite without all but these, of which a cycle would run two at most, and none where its
// time is over at once.
TEST(ProbeNoise, EstimatesTheWholeSuiteAsLongAsItTakes) {
  const std::set<std::string> wanted = {"cpu_fibonacci", "cpu_md5", "cpu_prime", "cpu_sha1",
                                        "kernel_syscall"};
  std::string config = "suites:\n  light:\n    cycle_limit: 1ms\nbenchmarks:\n";
  for (const auto& each : Json::parse(Probe({"list", "--format", "json"}).output)) {
    const std::string name = each["name"];
    if (!wanted.contains(name)) config += "  " + name + ":\n    enabled: false\n";
  }
  const TempDir folder;
  const auto noise =
      Probe(WhateverDisturbs(Short({"noise", "--rounds", "4", "--config.file",
                                    folder.Write("probe.yml", config), "--format", "json"})));
  EXPECT_EQ(noise.exit_code, 0) << noise.output;
  EXPECT_EQ(NamesIn(Json::parse(noise.output)), wanted);
}

TEST(ProbeNoise, IsNoneOfABenchmarkWhoseRoundsFail) {
  const TempDir folder;
  const ReservedPort nobody;
  const auto output = folder.path() / "noise.out";
  const auto noise = Probe(WhateverDisturbs(Short(
      {"noise", "--benchmark", "network_tcp_rr", "--benchmark", "null", "--peer", nobody.address(),
       "--rounds", "4", "--storage.path", folder.path(), "--format", "json", "--output", output})));
  EXPECT_EQ(noise.exit_code, 1) << noise.output;
  const auto told = Json::parse(ReadFile(output));
  const auto& failed = EntryOf(told, "network_tcp_rr");
  EXPECT_EQ(failed["rounds"], 0);
  EXPECT_TRUE(failed["floor_ratio"].is_null());
  EXPECT_THAT(failed["reason"].get<std::string>(),
              StartsWith("0 clean rounds; 3 are needed; others were failed: "));
  EXPECT_EQ(EntryOf(told, "null")["rounds"], 4);
  EXPECT_EQ(NamesIn(Kept(folder)), std::set<std::string>{"null"});
}

TEST(ProbeNoise, StaysBelowTheDaysCeilings) {
  const TempDir folder;
  const auto noise = Probe({"noise", "--benchmark", "null", "--rounds", "3", "--storage.path",
                            folder.path(), "--day.max-cpu-ratio", "0"});
  EXPECT_EQ(noise.exit_code, 1);
  EXPECT_THAT(noise.output, HasSubstr("null is left out: the day's ceiling of CPU time"));
  EXPECT_THAT(noise.output, HasSubstr("others were left out: the day's ceiling of CPU time\n"));
}

TEST(ProbeNoise, DoesNotMeasureBesideAnAgent) {
  const TempDir folder;
  const ReservedPort nobody;
  Process agent({kProbe, "agent", "--aggregator.address", nobody.address(), "--storage.path",
                 folder.path(), "--node.name", "box", "--watch.enabled", "false"});
  ASSERT_TRUE(agent.WaitForOutput("ended", seconds(30))) << agent.output();
  for (const char* command : {"noise", "run"}) {
    const auto beside = Probe({command, "--benchmark", "null", "--storage.path", folder.path()});
    EXPECT_EQ(beside.exit_code, 1);
    EXPECT_EQ(beside.output, "hypergauge-probe: --storage.path " + folder.path().string() +
                                 " is in use by another hypergauge-probe; stop the agent that uses "
                                 "it first: it must not measure at the same time\n");
  }
  agent.Signal(SIGTERM);
  EXPECT_EQ(agent.Wait(seconds(10)), 0) << agent.output();
}

}  // namespace
}  // namespace hypergauge::testing
