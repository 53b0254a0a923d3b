#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"
#include "tests/unit/agent/probe_program.h"

namespace hypergauge::testing {
namespace {

using ::testing::HasSubstr;

TEST(EnvironmentCommand, PrintsThisMachine) {
  const auto text = Probe({"environment"});
  EXPECT_EQ(text.exit_code, 0) << text.output;
  EXPECT_THAT(text.output, HasSubstr("\ncpu_threads  "));
  EXPECT_THAT(text.output, HasSubstr("\ndigest  "));
  const auto json = Probe({"environment", "--format", "json"});
  EXPECT_EQ(json.exit_code, 0);
  const auto parsed = nlohmann::json::parse(json.output);
  EXPECT_EQ(parsed["digest"].get<std::string>().size(), 64U);
  EXPECT_TRUE(parsed["facts"].contains("mitigations") || parsed["facts"].contains("aslr"));
}

TEST(EnvironmentCommand, PrintsAnotherMachinesFilesAndNothingOfThisOne) {
  const TempDir root;
  root.Write("proc/sys/kernel/osrelease", "5.10.0-arm\n");
  root.Write("proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
  const auto text = Probe({"environment", "--root", root.path(), "--work-dir", "/srv/work"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.output,
            "FACT                VALUE\n"
            "kernel_release      5.10.0-arm\n"
            "work_filesystem     ext4\n"
            "work_mount_options  rw\n");
}

TEST(EnvironmentCommand, NamesARootThatIsNone) {
  for (const std::string command : {"environment", "detect"}) {
    const auto text = Probe({command, "--root", "/no/such/folder"});
    EXPECT_EQ(text.exit_code, 2) << command;
    EXPECT_THAT(text.output, HasSubstr("--root /no/such/folder: is no folder"));
    const auto empty = Probe({command, "--root", ""});
    EXPECT_EQ(empty.exit_code, 2) << command;
    EXPECT_THAT(empty.output, HasSubstr("--root is empty"));
  }
}

TEST(RunCommand, SaysWhatEachRunRanIn) {
  const auto run = Probe(Short({"run", "--benchmark", "null", "--format", "json"}));
  ASSERT_EQ(run.exit_code, 0) << run.output;
  const auto json = nlohmann::json::parse(run.output);
  const auto digest = json["node"]["digest"].get<std::string>();
  EXPECT_EQ(digest.size(), 64U);
  EXPECT_EQ(json["runs"][0]["environment_digest"], digest);
}

}  // namespace
}  // namespace hypergauge::testing
