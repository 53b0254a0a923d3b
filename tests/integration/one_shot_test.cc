// `hypergauge-probe run` as users start it: how long a cycle takes, what it says about what it left
// out, and what an interruption leaves behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/process_search.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kProbe = HYPERGAUGE_BIN_DIR "/hypergauge-probe";
const std::string kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";
constexpr seconds kPatience(30);

std::vector<std::string> RunCommand(std::vector<std::string> flags) {
  flags.insert(flags.begin(), {kProbe, "run"});
  flags.insert(flags.end(), {"--format", "json"});
  return flags;
}

// The document among what the command said; null where there is none.
json DocumentOf(const std::string& output) {
  const auto begin = output.find("{\n");
  if (begin == std::string::npos) return nullptr;
  const auto end = output.find("\n}\n", begin);
  return json::parse(output.substr(begin, end + 2 - begin), nullptr, false);
}

// Beside the build's own files, which are on a disk where /tmp may be memory.
class DiskFolder {
 public:
  DiskFolder() {
    std::string name = HYPERGAUGE_BIN_DIR "/one-shot-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~DiskFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  DiskFolder(const DiskFolder&) = delete;
  DiskFolder& operator=(const DiskFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// All of the light suite comes around in four cycles. The command does more than its cycle: it
// finds out what there is, what the machine is, and writes 512 MiB into a folder of its own; and on
// a machine that others keep busy that takes its time. Twenty seconds are for the cycle, the rest
// is the margin.
TEST(OneShotTest, ALightCycleEndsWithinTwentySeconds) {
  constexpr seconds kCycle(20);
  constexpr seconds kMargin(10);
  for (int cycle = 0; cycle < 4; ++cycle) {
    SCOPED_TRACE(cycle);
    const auto start = std::chrono::steady_clock::now();
    const auto run = RunProcess(RunCommand({"--suite", "light", "--cycle", std::to_string(cycle),
                                            "--watch.enabled", "false"}),
                                seconds(120));
    const auto took = std::chrono::steady_clock::now() - start;
    RecordProperty("milliseconds_of_cycle_" + std::to_string(cycle),
                   std::to_string(took / std::chrono::milliseconds(1)));
    EXPECT_LE(took, kCycle + kMargin);
    const auto document = DocumentOf(run.output);
    ASSERT_TRUE(document.is_object()) << run.output;
    EXPECT_FALSE(document["runs"].empty());
    for (const auto& each : document["runs"]) {
      EXPECT_THAT(each["verdict_reason"].get<std::string>(), Not(HasSubstr("it was stopped after")))
          << each["benchmark"];
    }
  }
}

TEST(OneShotTest, SaysWhatItLeftOutAndFailsWhenThatIsAll) {
  const TempDir folder;
  const auto late = RunProcess(RunCommand({"--suites.light.cycle-limit", "1ms"}));
  EXPECT_EQ(late.exit_code, 1);
  const auto document = DocumentOf(late.output);
  ASSERT_TRUE(document.is_object()) << late.output;
  EXPECT_THAT(document["runs"], IsEmpty());
  ASSERT_GE(document["left_out"].size(), 8U);
  EXPECT_EQ(document["left_out"][0]["reason"], "the cycle's time is over");
  EXPECT_THAT(late.output, HasSubstr(document["left_out"][0]["benchmark"].get<std::string>() +
                                     " is left out: the cycle's time is over"));

  const auto spent = RunProcess(RunCommand(
      {"--benchmark", "null", "--storage.path", folder.path(), "--day.max-cpu-ratio", "0"}));
  EXPECT_EQ(spent.exit_code, 1);
  EXPECT_EQ(DocumentOf(spent.output)["left_out"],
            json::parse(R"([{"benchmark": "null", "reason": "the day's ceiling of CPU time"}])"));

  const auto all = RunProcess(RunCommand({"--benchmark", "null", "--budget", "20ms"}));
  EXPECT_EQ(all.exit_code, 0) << all.output;
  EXPECT_EQ(DocumentOf(all.output)["left_out"], json::array());
}

TEST(OneShotTest, MeasuresInQuietHoursAndSaysSo) {
  const auto run = RunProcess(
      RunCommand({"--benchmark", "null", "--budget", "20ms", "--quiet-hours", "00:00-24:00"}));
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("quiet_hours bind the agent only"));
  EXPECT_EQ(DocumentOf(run.output)["runs"].size(), 1U);
  const auto help = RunProcess({kProbe, "run", "--help"});
  EXPECT_THAT(help.output, HasSubstr("in which the agent does not measure"));
}

TEST(OneShotTest, KnowsTheLoadBeforeAndSaysWhatItDoesNotKnow) {
  const Process load({"/bin/sh", "-c", "while :; do :; done"});
  const auto run = RunProcess(
      RunCommand({"--benchmark", "null", "--budget", "20ms", "--watch.enabled", "false"}));
  ASSERT_EQ(run.exit_code, 0) << run.output;
  const auto seen = DocumentOf(run.output)["runs"][0]["interference"];
  EXPECT_GT(seen["load_before"], 0.2) << seen;
  for (const char* name : {"pressure_cpu_ratio", "pressure_memory_ratio", "pressure_io_ratio"}) {
    EXPECT_EQ(seen[name].is_number(), std::filesystem::exists("/proc/pressure/cpu")) << name;
  }
  EXPECT_TRUE(seen["frequency_hertz"].is_null() || seen["frequency_hertz"] > 1e6) << seen;
}

// Everything that this test starts has one CPU as long as the object lives.
class OneCpu {
 public:
  OneCpu() {
    sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++cpu) {
      if (CPU_ISSET(cpu, &before_)) CPU_SET(cpu, &one);
    }
    is_alone_ = sched_setaffinity(0, sizeof(one), &one) == 0;
  }
  ~OneCpu() { sched_setaffinity(0, sizeof(before_), &before_); }
  OneCpu(const OneCpu&) = delete;
  OneCpu& operator=(const OneCpu&) = delete;

  [[nodiscard]] bool is_alone() const { return is_alone_; }

 private:
  cpu_set_t before_{};
  bool is_alone_ = false;
};

TEST(OneCpuTest, EveryLightBenchmarkEndsWithAFigureOrSaysWhyItCannot) {
  const OneCpu one;
  ASSERT_TRUE(one.is_alone());
  const DiskFolder folder;
  size_t seen = 0;
  std::set<std::string> unsupported;
  for (const auto& each :
       json::parse(RunProcess({kBench, "--work-dir", folder.path(), "list"}).output)) {
    const auto& suites = each["suites"];
    if (std::find(suites.begin(), suites.end(), "light") == suites.end()) continue;
    const std::string name = each["name"];
    SCOPED_TRACE(name);
    ++seen;
    const auto run = RunProcess(
        {kBench, "--work-dir", folder.path(), "run", name, "--suite", "light", "--sample-ms", "20",
         "--warmups", "0", "--min-samples", "1", "--max-samples", "1"},
        seconds(120));
    ASSERT_EQ(run.exit_code, 0) << run.output;
    const auto last = run.output.rfind("{\"run\":");
    ASSERT_NE(last, std::string::npos) << run.output;
    const auto outcome = json::parse(run.output.substr(last))["run"];
    EXPECT_NE(outcome["verdict"], "VERDICT_FAILED") << outcome["verdict_reason"];
    if (outcome["verdict"] == "VERDICT_UNSUPPORTED") {
      unsupported.insert(name);
      EXPECT_NE(outcome["verdict_reason"], "");
    } else {
      EXPECT_FALSE(outcome["measures"].empty());
    }
  }
  EXPECT_GE(seen, 30U);
  EXPECT_THAT(unsupported, ::testing::IsSupersetOf({"cpu_scaling", "kernel_ipi_wakeup"}));
}

// The hypergauge-bench that measures; its first argument is its path.
std::vector<FoundProcess> BenchesOf(const Process& probe) {
  auto found = ChildrenOf(probe.pid());
  std::erase_if(found, [](const auto& each) { return ValueOf(each, "run").empty(); });
  return found;
}

class InterruptedTest : public ::testing::TestWithParam<int> {};

TEST_P(InterruptedTest, RunPrintsWhatItHasAndLeavesNothing) {
  std::signal(GetParam(), SIG_DFL);  // whatever has started this test
  Process probe(RunCommand(
      {"--benchmark", "null", "--budget", "50ms", "--rounds", "1000", "--watch.enabled", "false"}));
  // The second one: so the first has ended.
  std::set<pid_t> seen;
  std::string folder;
  ASSERT_TRUE(Eventually(kPatience, [&] {
    for (const auto& bench : BenchesOf(probe)) {
      seen.insert(bench.pid);
      folder = ValueOf(bench, "--work-dir");
    }
    return seen.size() >= 2;
  })) << probe.output();
  ASSERT_THAT(folder, HasSubstr("/var/tmp/hypergauge-"));
  ASSERT_TRUE(std::filesystem::exists(folder));
  probe.Signal(GetParam());
  EXPECT_EQ(probe.Wait(kPatience), 1) << probe.output();
  probe.Drain();
  const auto document = DocumentOf(probe.output());
  ASSERT_TRUE(document.is_object()) << probe.output();
  ASSERT_GE(document["runs"].size(), 1U);
  for (const auto& run : document["runs"]) EXPECT_NE(run["verdict"], "failed") << run;
  EXPECT_THAT(probe.output(), HasSubstr("was stopped"));
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_THAT(ProcessesWith(folder), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptedTest, ::testing::Values(SIGINT, SIGTERM, SIGHUP),
                         [](const auto& instance) {
                           return std::string(sigabbrev_np(instance.param));
                         });

TEST(OneShotTest, GoesOnUnderNohup) {
  Process probe({"nohup", kProbe, "run", "--benchmark", "null", "--rounds", "2", "--format", "json",
                 "--watch.enabled", "false"});
  ASSERT_TRUE(Eventually(kPatience, [&] { return !BenchesOf(probe).empty(); })) << probe.output();
  probe.Signal(SIGHUP);
  EXPECT_EQ(probe.Wait(kPatience), 0) << probe.output();
}

// A gibibyte that is to be kept takes long enough to be met in the middle.
TEST(OneShotTest, ChargesTheDayWithAFileThatWasNotFinished) {
  constexpr uint64_t kFile = uint64_t{1} << 30U;
  const DiskFolder folder;
  Process probe(RunCommand({"--benchmark", "disk_seq_read", "--storage.path", folder.path(),
                            "--set", "benchmarks.disk_seq_read.size.light=" + std::to_string(kFile),
                            "--watch.enabled", "false"}));
  const auto file = folder.path() / "work/hypergauge-disk.dat";
  ASSERT_TRUE(Eventually(kPatience, [&] {
    std::error_code not_there;
    return std::filesystem::file_size(file, not_there) > (uint64_t{4} << 20U) && !not_there;
  })) << probe.output();
  probe.Signal(SIGTERM);
  EXPECT_EQ(probe.Wait(kPatience), 1) << probe.output();
  const auto day = json::parse(ReadFile(folder.path() / "day.json"));
  EXPECT_GE(day["bytes_written"], uint64_t{4} << 20U) << day;
  EXPECT_LE(day["bytes_written"], kFile) << day;
}

}  // namespace
}  // namespace hypergauge::testing
