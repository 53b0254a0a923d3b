// Other people's tools, as they are installed, by the probe and with its own settings.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "build_paths.h"
#include "tests/support/process.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;

TEST(ToolsTest, AllGiveFiguresWithTheDefaultSettings) {
  // Whoever else works on this machine must not break a run off.
  const auto finished = RunProcess({HYPERGAUGE_BIN_DIR "/hypergauge-probe", "run", "--category",
                                    "tools", "--format", "json", "--watch.enabled", "false"},
                                   std::chrono::seconds(250));
  EXPECT_EQ(finished.exit_code, 0);
  const auto printed = json::parse(finished.output, nullptr, false);
  ASSERT_TRUE(printed.is_object()) << finished.output;
  std::set<std::string> measured;
  for (const auto& run : printed["runs"]) {
    const std::string name = run["benchmark"];
    EXPECT_NE(run["verdict"], "failed") << name << ": " << run["verdict_reason"];
    EXPECT_NE(run["verdict"], "unsupported") << name << ": " << run["verdict_reason"];
    EXPECT_FALSE(run["measures"].empty()) << name;
    measured.insert(name);
  }
  EXPECT_EQ(measured, (std::set<std::string>{"tool_bc", "tool_fio", "tool_hardinfo", "tool_iperf3",
                                             "tool_make", "tool_sysbench"}));
}

}  // namespace
}  // namespace hypergauge::testing
