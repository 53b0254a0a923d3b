// Production load that arrives during a run, made by real processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/process_search.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using std::chrono::system_clock;
using ::testing::HasSubstr;

const std::string kProbe = HYPERGAUGE_BIN_DIR "/hypergauge-probe";

// A run that would go on for two minutes by itself, under the defaults of the watch.
class LongRun {
 public:
  LongRun()
      : output_(folder_.path() / "runs.json"),
        probe_({kProbe, "run", "--benchmark", "null", "--budget", "2m", "--set",
                "suites.light.min_samples=600", "--set", "suites.light.max_samples=600", "--format",
                "json", "--output", output_, "--work-dir", folder_.path()}) {}

  // Long enough for the watch to have seen that nothing disturbs it.
  bool AwaitSamples() {
    return Eventually(seconds(30), [&] {
      const auto children = ChildrenOf(probe_.pid());
      return std::any_of(children.begin(), children.end(), [](const FoundProcess& child) {
        return !ValueOf(child, "run").empty() && CpuSecondsOf(child.pid) > 1.5;
      });
    });
  }

  // The run, or null where it goes on.
  json AwaitEnd() {
    if (probe_.Wait(seconds(10)) != 0) return nullptr;
    return json::parse(ReadFile(output_))["runs"][0];
  }

 private:
  TempDir folder_;
  std::string output_;
  Process probe_;
};

std::vector<std::unique_ptr<Process>> StartLoad() {
  std::vector<std::unique_ptr<Process>> load;
  for (unsigned i = 0; i < 4 * std::thread::hardware_concurrency(); ++i) {
    load.push_back(std::make_unique<Process>(
        std::vector<std::string>{"/bin/sh", "-c", "while :; do :; done"}));
  }
  return load;
}

// Seconds since 1970 at which the run ended, by its own account.
double EndOf(const json& run) {
  std::tm time{};
  const std::string started = run["started"];
  const char* rest = strptime(started.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (rest == nullptr) return 0;
  return static_cast<double>(timegm(&time)) + std::stod(rest) + run["wall_seconds"].get<double>();
}

double Now() {
  return std::chrono::duration<double>(system_clock::now().time_since_epoch()).count();
}

void ExpectWhatABrokenOffRunTells(const json& run) {
  EXPECT_EQ(run["verdict"], "busy");
  EXPECT_THAT(run["verdict_reason"].get<std::string>(), HasSubstr("broken off: others use "));
  EXPECT_TRUE(run["median"].is_null());
  // Broken off, but still a run of something that has cost something.
  EXPECT_EQ(run["version"], 1);
  EXPECT_GT(run["cost"]["cpu_seconds"], 0);
  EXPECT_GT(run["interference"]["run_queue_wait_ratio"], 0);
}

// The machine may be shared: the best of some tries is what the watch can do. Where others leave it
// no quiet moment, load cannot arrive, and the test fails.
TEST(LoadTest, ARunIsBrokenOffWithinASecondWhenProductionLoadArrives) {
  constexpr int kTries = 5;
  constexpr double kPromise = 1;
  double best = 1e9;
  for (int i = 0; i < kTries && best > kPromise; ++i) {
    LongRun run;
    if (!run.AwaitSamples()) continue;
    const double arrival = Now();
    const auto load = StartLoad();
    const auto ended = run.AwaitEnd();
    if (ended.is_null() || EndOf(ended) < arrival) continue;  // broken off by something else
    ExpectWhatABrokenOffRunTells(ended);
    best = std::min(best, EndOf(ended) - arrival);
  }
  RecordProperty("seconds", std::to_string(best));
  EXPECT_LE(best, kPromise) << "seconds from the load's arrival to the run's end";
}

}  // namespace
}  // namespace hypergauge::testing
