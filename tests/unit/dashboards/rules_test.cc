// Prometheus' own tool judges the configuration, the rules and what they do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <exception>
#include <filesystem>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/dashboards/known_metrics.h"

namespace hypergauge::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kSource = HYPERGAUGE_SOURCE_DIR;
const std::string kPrometheus = kSource + "/dashboards/prometheus";

// Without promtool these tests fail; they are not skipped.
void ExpectPromtoolPasses(std::vector<std::string> arguments, const std::string& folder = "") {
  arguments.insert(arguments.begin(), "promtool");
  if (!folder.empty()) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
      if (file.path().extension() == ".yml") arguments.push_back(file.path());
    }
  }
  try {
    const auto finished = RunProcess(arguments);
    EXPECT_EQ(finished.exit_code, 0) << finished.output;
  } catch (const std::exception& error) {
    FAIL() << error.what() << "; it comes with Debian's package prometheus";
  }
}

TEST(Rules, LoadWithTheConfiguration) {
  ExpectPromtoolPasses({"check", "config", kPrometheus + "/prometheus.yml"});
}

TEST(Rules, PassTheStrictestLint) {
  ExpectPromtoolPasses({"check", "rules", "--lint=all", "--lint-fatal"}, kPrometheus + "/rules");
}

TEST(Rules, FireStaySilentAndCompareAsTheirTestsSay) {
  ExpectPromtoolPasses({"test", "rules"}, kSource + "/tests/dashboards");
}

TEST(Rules, AskOnlyForMetricsThatExist) {
  const auto known = KnownMetrics(kSource, kPrometheus + "/rules");
  for (const auto& file : std::filesystem::directory_iterator(kPrometheus + "/rules")) {
    for (const auto& group : YAML::LoadFile(file.path())["groups"]) {
      for (const auto& rule : group["rules"]) {
        for (const auto& metric : MetricsIn(rule["expr"].as<std::string>())) {
          EXPECT_TRUE(known.contains(metric)) << file.path() << ": nothing declares " << metric;
        }
      }
    }
  }
}

TEST(Rules, TellPeopleWhatToDoAboutEveryAlert) {
  const auto alerts = YAML::LoadFile(kPrometheus + "/rules/alerts.yml")["groups"][0]["rules"];
  const auto tests = ReadFile(kSource + "/tests/dashboards/alerts_test.yml");
  ASSERT_GT(alerts.size(), 0U);
  for (const auto& alert : alerts) {
    const auto name = alert["alert"].as<std::string>();
    EXPECT_THAT(name, StartsWith("Hypergauge"));
    EXPECT_THAT(alert["labels"]["severity"].as<std::string>(), AnyOf("critical", "warning", "info"))
        << name;
    const auto annotations = alert["annotations"].as<std::map<std::string, std::string>>();
    EXPECT_TRUE(annotations.contains("summary")) << name;
    EXPECT_TRUE(annotations.contains("description")) << name;
    EXPECT_THAT(annotations.at("dashboard_url"), HasSubstr("/d/hypergauge-overview")) << name;
    const std::string page = "docs/runbooks/" + name + ".md";
    EXPECT_THAT(annotations.at("runbook_url"), HasSubstr("/" + page));
    EXPECT_THAT(ReadFile(kSource + "/" + page), StartsWith("# " + name));
    EXPECT_THAT(tests, HasSubstr("alertname: " + name)) << name << " has no test";
  }
}

}  // namespace
}  // namespace hypergauge::testing
