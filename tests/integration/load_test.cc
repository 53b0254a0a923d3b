// Production load that arrives during a run, made by real processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

const std::string kProbe = HYPERGAUGE_BIN_DIR "/hypergauge-probe";

TEST(LoadTest, ARunIsBrokenOffWhenProductionLoadArrives) {
  const TempDir folder;
  const auto output = folder.path() / "runs.json";
  // A run that would go on for two minutes by itself.
  Process probe({kProbe, "run", "--benchmark", "null", "--budget", "2m", "--set",
                 "suites.light.min_samples=600", "--set", "suites.light.max_samples=600",
                 "--watch.arrivals-only", "false", "--format", "json", "--output", output,
                 "--work-dir", folder.path()});
  std::vector<std::unique_ptr<Process>> load;
  for (unsigned i = 0; i < 4 * std::thread::hardware_concurrency(); ++i) {
    load.push_back(std::make_unique<Process>(
        std::vector<std::string>{"/bin/sh", "-c", "while :; do :; done"}));
  }
  ASSERT_EQ(probe.Wait(seconds(60)), 0) << probe.output();
  load.clear();
  const auto run = nlohmann::json::parse(ReadFile(output))["runs"][0];
  EXPECT_EQ(run["verdict"], "busy");
  EXPECT_THAT(run["verdict_reason"].get<std::string>(), HasSubstr("broken off: others use "));
  EXPECT_TRUE(run["median"].is_null());
  EXPECT_LT(run["wall_seconds"], 60);
  // Broken off, but still a run of something that has cost something.
  EXPECT_EQ(run["version"], 1);
  EXPECT_GT(run["cost"]["cpu_seconds"], 0);
  EXPECT_GT(run["interference"]["run_queue_wait_ratio"], 0);
}

}  // namespace
}  // namespace hypergauge::testing
