#include "probes/environment_output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "build_paths.h"
#include "probes/platform/facts/fact.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

TEST(EnvironmentTable, LeavesOutWhatIsNotKnown) {
  v1::Environment environment;
  environment.set_clocksource("tsc");
  environment.set_memory_bytes(1024);
  (*environment.mutable_facts())["swap"] = "none";
  (*environment.mutable_facts())["smt"] = "on";
  environment.set_digest("d1");
  EXPECT_EQ(EnvironmentTable(environment),
            "FACT          VALUE\n"
            "memory_bytes  1024\n"
            "clocksource   tsc\n"
            "smt           on\n"
            "swap          none\n"
            "digest        d1\n");
}

TEST(EnvironmentJson, HasAllMembersAlways) {
  const auto json = EnvironmentJson({});
  EXPECT_EQ(json.size(), 10U);
  EXPECT_TRUE(json["facts"].is_object());
  EXPECT_EQ(json["digest"], "");
}

TEST(EnvironmentDocumentation, HasTheTableOfFacts) {
  const auto text = testing::ReadFile(HYPERGAUGE_SOURCE_DIR "/docs/environment.md");
  std::string table = "| fact | meaning | source |\n|---|---|---|\n";
  for (const auto& fact : facts::AllFacts()) {
    table += "| `" + std::string(fact.name) + "` | " + std::string(fact.meaning) + " | `" +
             std::string(fact.source) + "` |\n";
  }
  EXPECT_NE((text + "\n").find("\n" + table + "\n"), std::string::npos)
      << "docs/environment.md must have this table:\n"
      << table;
}

}  // namespace
}  // namespace hypergauge::probes
