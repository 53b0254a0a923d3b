// hypergauge-probe as users start it.
#include "tests/unit/agent/probe_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/agent/test_aggregator.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Heard = std::vector<v1::ProbeMessage>;

TEST(ProbeProgram, MeasuresAtOnceAndPrintsJson) {
  const TempDir folder;
  const auto output = folder.path() / "runs.json";
  const auto run = Probe({"run", "--benchmark", "null", "--budget", "50ms", "--format", "json",
                          "--output", output, "--work-dir", folder.path()});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_EQ(run.output, "");
  const auto json = nlohmann::json::parse(ReadFile(output));
  ASSERT_EQ(json["runs"].size(), 1U);
  EXPECT_EQ(json["runs"][0]["benchmark"], "null");
  EXPECT_GT(json["runs"][0]["median"], 0);
  EXPECT_GE(json["runs"][0]["n"], 3);
  EXPECT_EQ(json["runs"][0]["bench_sha256"].get<std::string>().size(), 64U);
}

TEST(ProbeProgram, PrintsATableByDefault) {
  const auto run = Probe({"run", "--benchmark", "null", "--budget", "50ms"});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(run.output, AllOf(HasSubstr("BENCHMARK"), HasSubstr("\nnull ")));
}

TEST(ProbeProgram, WritesATextfileThatPromtoolTakes) {
  const TempDir folder;
  const auto output = folder.path() / "hypergauge.prom";
  const auto run = Probe(WhateverDisturbs({"run", "--benchmark", "null", "--budget", "50ms",
                                           "--format", "prometheus", "--output", output}));
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(ReadFile(output), HasSubstr("hypergauge_null_seconds{"));
  const auto check =
      RunProcess({"sh", "-c", "exec promtool check metrics < \"$0\"", output.string()});
  EXPECT_EQ(check.exit_code, 0) << check.output;
  EXPECT_EQ(check.output, "");
}

TEST(ProbeProgram, ComparesTwoOfItsOutputs) {
  const TempDir folder;
  const auto file = folder.path() / "runs.json";
  const auto run = Probe(WhateverDisturbs({"run", "--benchmark", "null", "--budget", "50ms",
                                           "--rounds", "2", "--format", "json", "--output", file}));
  ASSERT_EQ(run.exit_code, 0) << run.output;
  const auto same = Probe({"compare", file, file, "--fail-on-regression"});
  EXPECT_EQ(same.exit_code, 0) << same.output;
  EXPECT_THAT(same.output, AllOf(HasSubstr("\nnull "), HasSubstr("inconclusive: the interval")));

  auto slower = nlohmann::json::parse(ReadFile(file));
  for (auto& each : slower["runs"]) {
    for (auto& sample : each["measures"][0]["samples"]) sample = 1000 * sample.get<double>();
  }
  const auto other = folder.Write("slower.json", slower.dump());
  EXPECT_EQ(Probe({"compare", file, other}).exit_code, 0);
  const auto worse = Probe({"compare", file, other, "--fail-on-regression", "--format", "json"});
  EXPECT_EQ(worse.exit_code, 3);
  EXPECT_EQ(nlohmann::json::parse(worse.output)["comparisons"][0]["answer"], "worse");
  EXPECT_EQ(Probe({"compare", other, file, "--fail-on-regression"}).exit_code, 0);
}

TEST(ProbeProgram, ComparesNothingThatIsNotComparable) {
  const TempDir folder;
  const auto empty = folder.Write("empty.json", R"({"runs": []})");
  const auto nothing = Probe({"compare", empty, empty});
  EXPECT_EQ(nothing.exit_code, 1);
  EXPECT_THAT(nothing.output, HasSubstr("there is nothing to compare in "));
  const auto bad = folder.Write("bad.json", R"({"runs": [{"benchmark": 7}]})");
  const auto wrong = Probe({"compare", empty, bad});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.output, HasSubstr("bad.json: runs[0].benchmark is number, not a string"));
}

// Four that are cheap, six times: all alike by chance once in eight million.
TEST(ProbeProgram, RunsEachRoundInAnotherOrder) {
  const auto run = Probe(WhateverDisturbs(Short(
      {"run", "--benchmark", "null", "--benchmark", "kernel_syscall", "--benchmark",
       "cpu_fibonacci", "--benchmark", "kernel_clock_read", "--rounds", "6", "--format", "json"})));
  ASSERT_EQ(run.exit_code, 0) << run.output;
  const auto names = NamesInOrder(run.output);
  ASSERT_THAT(names, SizeIs(24));
  std::set<std::vector<std::string>> orders;
  for (auto round = names.begin(); round != names.end(); round += 4) {
    std::vector<std::string> order(round, round + 4);
    EXPECT_THAT(order, UnorderedElementsAre("null", "kernel_syscall", "cpu_fibonacci",
                                            "kernel_clock_read"));
    orders.insert(std::move(order));
  }
  EXPECT_GT(orders.size(), 1U);
}

TEST(ProbeProgram, WorksInTheStateFolderAndKeepsWhatIsThere) {
  const TempDir folder;
  const auto state = folder.path() / "state";
  folder.Write("state/work/kept", "of the agent");
  const auto run = Probe({"run", "--benchmark", "null", "--budget", "20ms", "--storage.path", state,
                          "--format", "json"});
  ASSERT_EQ(run.exit_code, 0) << run.output;
  EXPECT_EQ(ReadFile(state / "work/kept"), "of the agent");
  EXPECT_TRUE(std::filesystem::exists(state / "day.json"));
  EXPECT_EQ(nlohmann::json::parse(run.output)["runs"].size(), 1U);

  const auto other = folder.path() / "new";
  ASSERT_EQ(
      Probe({"run", "--benchmark", "null", "--budget", "20ms", "--storage.path", other}).exit_code,
      0);
  EXPECT_TRUE(std::filesystem::is_directory(other / "work"));
}

TEST(ProbeProgram, ListsBenchmarksForScripts) {
  const auto list = Probe({"list", "--format", "json"});
  ASSERT_EQ(list.exit_code, 0) << list.output;
  bool has_null = false;
  for (const auto& each : nlohmann::json::parse(list.output)) {
    has_null = has_null || each["name"] == "null";
  }
  EXPECT_TRUE(has_null);
}

TEST(ProbeProgram, TellsItsVersionInBothWays) {
  EXPECT_THAT(Probe({"version"}).output, HasSubstr("hypergauge-probe, version "));
  EXPECT_EQ(Probe({"--version"}).output, Probe({"version"}).output);
}

struct Misuse {
  const char* name;
  std::vector<std::string> arguments;
  int exit_code;
  const char* message;
};

class ProbeMisuse : public ::testing::TestWithParam<Misuse> {};

TEST_P(ProbeMisuse, IsNamedOnStandardError) {
  const auto& misuse = GetParam();
  const auto run = Probe(misuse.arguments);
  EXPECT_EQ(run.exit_code, misuse.exit_code) << run.output;
  EXPECT_THAT(run.output, HasSubstr(misuse.message));
}

INSTANTIATE_TEST_SUITE_P(
    Arguments, ProbeMisuse,
    ::testing::Values(
        Misuse{"Nothing", {}, 2, "subcommand"},
        Misuse{"UnknownFlag", {"run", "--colour"}, 2, "--colour"},
        Misuse{"UnknownBenchmark", {"run", "--benchmark", "warp"}, 2, "unknown benchmark \"warp\""},
        Misuse{"UnknownCategory", {"run", "--category", "gpu"}, 2, "unknown category \"gpu\""},
        Misuse{"NoOutputFolder",
               {"run", "--benchmark", "null", "--output", "/nowhere/a.json"},
               1,
               "--output /nowhere/a.json: no folder /nowhere"},
        Misuse{"CompareOne", {"compare", "a.json"}, 2, "B is required"},
        Misuse{"CompareNone", {"compare", "/nowhere/a", "/nowhere/b"}, 1, "/nowhere/a"},
        Misuse{"TooFewRounds", {"noise", "--rounds", "2"}, 2, "--rounds"},
        Misuse{"UnknownSuite", {"run", "--suite", "heavy"}, 2, "light, standard and pilot"},
        Misuse{"UnknownSuiteWithBudget",
               {"run", "--suite", "heavy", "--budget", "1s"},
               2,
               "hypergauge-probe: unknown suite \"heavy\"; there are light, standard and pilot"},
        Misuse{"UnknownFormat", {"run", "--format", "xml"}, 2, "xml"},
        Misuse{"BadSetting", {"run", "--suites.light.budget", "soon"}, 2, "--suites.light.budget"},
        Misuse{"UnknownSetting", {"run", "--set", "colour=red"}, 2, "no such setting"},
        Misuse{"NoConfig", {"run", "--config.file", "/nowhere.yml"}, 2, "/nowhere.yml"},
        Misuse{"UnknownConfigured",
               {"run", "--set", "benchmarks.warp.enabled=false"},
               2,
               "benchmarks.warp: there is no such benchmark"},
        Misuse{"BadBudget", {"run", "--budget", "soon"}, 2, "--budget"},
        Misuse{"NoBench", {"list", "--bench.path", "/nowhere/bench"}, 1, "/nowhere/bench"},
        Misuse{"NoAddress", {"agent", "--aggregator.address", "here"}, 2, "--aggregator.address"},
        Misuse{"HostOnHost",
               {"agent", "--node.role", "host", "--node.host", "big"},
               2,
               "a host runs on no other node"},
        Misuse{"NoStorage",
               {"agent", "--storage.path", "/proc/nowhere"},
               1,
               "--storage.path /proc/nowhere"}),
    [](const auto& param) { return param.param.name; });

// Welcomes, grants one lease for benchmark null, and acknowledges.
class NullLeaseAggregator {
 public:
  [[nodiscard]] TestAggregator& server() { return server_; }

 private:
  std::optional<grpc::Status> Answer(const v1::ProbeMessage& message) {
    if (message.has_hello()) {
      server_.Send(WelcomeMessage());
      auto lease = LeaseMessage("lease-1", seconds(60));
      lease.mutable_lease()->add_benchmarks("null");
      server_.Send(lease);
    }
    if (message.has_run()) server_.Send(AckMessage(message.run().id().sequence()));
    return std::nullopt;
  }

  TestAggregator server_{[this](const v1::ProbeMessage& message) { return Answer(message); }};
};

std::vector<std::string> AgentArguments(const TempDir& folder, const std::string& address) {
  return {kProbe,
          "agent",
          "--aggregator.address",
          address,
          "--storage.path",
          folder.path() / "state",
          "--node.name",
          "box",
          "--watch.enabled",
          "false"};
}

TEST(ProbeAgent, MeasuresUnderALeaseAndStopsCleanly) {
  const TempDir folder;
  NullLeaseAggregator aggregator;
  auto arguments = AgentArguments(folder, aggregator.server().address());
  arguments.insert(arguments.end(), {"--node.host", "big", "--node.platform", "proxmox-ve",
                                     "--network.listen-address", "127.0.0.1:0"});
  Process agent(arguments);
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) {
    return !LeaseEndsOf(heard).empty();
  })) << agent.output();
  agent.Signal(SIGTERM);
  EXPECT_EQ(agent.Wait(seconds(10)), 0) << agent.output();

  const auto heard = aggregator.server().Heard();
  const auto& hello = heard[0].hello();
  EXPECT_EQ(hello.identity().name(), "box");
  EXPECT_EQ(hello.identity().epoch(), 1U);
  EXPECT_EQ(hello.role(), v1::ROLE_GUEST);
  EXPECT_EQ(hello.placement().host(), "big");
  EXPECT_EQ(hello.platform().name(), "proxmox-ve");
  EXPECT_THAT(hello.responder(), HasSubstr("127.0.0.1:"));
  EXPECT_GT(hello.environment().memory_bytes(), 0U);
  EXPECT_GT(hello.benchmarks_size(), 0);
  EXPECT_EQ(LeaseEndsOf(heard)[0].outcome(), v1::LeaseEnd::OUTCOME_COMPLETED)
      << LeaseEndsOf(heard)[0].reason();
  ASSERT_THAT(SequencesOf(heard), SizeIs(1));
  for (const auto& message : heard) {
    if (!message.has_run()) continue;
    const auto& run = message.run();
    EXPECT_EQ(run.id().node_id(), hello.identity().node_id());
    EXPECT_EQ(run.id().sequence(), 1U);
    EXPECT_EQ(run.benchmark(), "null");
    EXPECT_EQ(run.lease_id(), "lease-1");
    EXPECT_EQ(run.build().bench_sha256(), hello.build().bench_sha256());
    EXPECT_EQ(run.measures_size(), 1) << run.verdict_reason();
  }
}

TEST(ProbeAgent, TellsTheNoiseFloorsThatWereMeasured) {
  const TempDir folder;
  folder.Write("state/noise.json",
               R"({"suite": "light", "blocks": 20, "noise": [{"benchmark": "null", "rounds": 5,
                   "family": "null_seconds", "floor_ratio": 0.25, "detectable_ratio": 0.5}]})");
  NullLeaseAggregator aggregator;
  Process agent(AgentArguments(folder, aggregator.server().address()));
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return !heard.empty(); }))
      << agent.output();
  const auto heard = aggregator.server().Heard();
  const auto& environment = heard[0].hello().environment();
  ASSERT_EQ(environment.noise_size(), 1);
  EXPECT_EQ(environment.noise(0).family(), "null_seconds");
  EXPECT_EQ(environment.noise(0).floor_ratio(), 0.25);
  agent.Signal(SIGTERM);
  EXPECT_EQ(agent.Wait(seconds(10)), 0) << agent.output();
}

TEST(ProbeAgent, WorksWithADamagedNoiseFile) {
  const TempDir folder;
  folder.Write("state/noise.json", "{");
  NullLeaseAggregator aggregator;
  Process agent(AgentArguments(folder, aggregator.server().address()));
  ASSERT_TRUE(aggregator.server().Await([](const Heard& heard) { return !heard.empty(); }))
      << agent.output();
  EXPECT_TRUE(agent.WaitForOutput("noise.json: is no JSON object", seconds(20)));
  agent.Signal(SIGTERM);
  EXPECT_EQ(agent.Wait(seconds(10)), 0) << agent.output();
}

// Whether a hypergauge-bench that was started by this process is alive.
bool HasBench(pid_t parent) {
  using std::string_literals::operator""s;
  const std::string sought = "\0--parent\0"s + std::to_string(parent) + "\0--work-dir\0"s;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    if (ReadFile(entry.path() / "cmdline").find(sought) != std::string::npos) return true;
  }
  return false;
}

// An agent under a lease whose benchmark goes on for a minute and more.
class AgentAtWork : public ::testing::Test {
 protected:
  void SetUp() override {
    auto arguments = AgentArguments(folder_, aggregator_.server().address());
    // A benchmark that tells its process id and then hangs, but ends with its parent, as all do.
    const auto bench = folder_.Write(
        "bench",
        "#!/bin/sh\n"
        "for word do case $word in\n"
        "list) echo '[{\"name\":\"null\",\"quantities\":[{\"family\":\"null_seconds\"}]}]'; "
        "exit;;\n"
        "esac; done\n"
        "exec " HYPERGAUGE_BIN_DIR "/hypergauge-bench \"$@\"\n");
    std::filesystem::permissions(bench, std::filesystem::perms::owner_all);
    arguments.insert(
        arguments.end(),
        {"--bench.path", bench, "--suites.light.min-samples", "10000", "--suites.light.max-samples",
         "10000", "--suites.light.budget", "50s", "--suites.light.cycle-limit", "0"});
    agent_.emplace(arguments);
    ASSERT_TRUE(aggregator_.server().Await(
        [](const Heard& heard) { return !heard.empty() && heard.back().has_progress(); }));
    ASSERT_TRUE(Eventually(seconds(20), [&] { return HasBench(agent_->pid()); }));
  }

  const TempDir folder_;
  NullLeaseAggregator aggregator_;
  std::optional<Process> agent_;
};

TEST_F(AgentAtWork, LeavesNoChildBehindWhenItIsKilled) {
  agent_->Signal(SIGKILL);
  EXPECT_EQ(agent_->Wait(seconds(10)), 128 + SIGKILL);
  EXPECT_TRUE(Eventually(seconds(20), [&] { return !HasBench(agent_->pid()); }));
}

// Long before the benchmark would end by itself.
TEST_F(AgentAtWork, EndsItsRunWhenTheLeaseIsRevoked) {
  v1::AggregatorMessage revocation;
  revocation.mutable_lease_revocation()->set_lease_id("lease-1");
  revocation.mutable_lease_revocation()->set_reason("maintenance");
  const auto before = std::chrono::steady_clock::now();
  aggregator_.server().Send(revocation);
  ASSERT_TRUE(
      aggregator_.server().Await([](const Heard& heard) { return !LeaseEndsOf(heard).empty(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(20)) << "its budget is 50 s";
  EXPECT_FALSE(HasBench(agent_->pid())) << "the end is told when the run has ended";
  const auto end = LeaseEndsOf(aggregator_.server().Heard())[0];
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_REVOKED);
  EXPECT_THAT(end.reason(), HasSubstr("revoked: maintenance"));
  EXPECT_THAT(SequencesOf(aggregator_.server().Heard()), SizeIs(0));
}

TEST(ProbeAgent, RefusesAStateFolderInUseAndADamagedIdentity) {
  const TempDir folder;
  const ReservedPort nobody;
  Process first(AgentArguments(folder, nobody.address()));
  ASSERT_TRUE(first.WaitForOutput("ended", seconds(30)));
  auto arguments = AgentArguments(folder, nobody.address());
  const auto second = RunProcess(arguments);
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.output, HasSubstr("is in use by another hypergauge-probe"));
  first.Signal(SIGINT);
  EXPECT_EQ(first.Wait(seconds(10)), 0);

  const auto identity = folder.Write("state/identity.json", "{\"node_id\":");
  const auto third = RunProcess(arguments);
  EXPECT_EQ(third.exit_code, 1);
  EXPECT_THAT(third.output, HasSubstr(identity.string() + " is damaged"));
}

}  // namespace
}  // namespace hypergauge::testing
