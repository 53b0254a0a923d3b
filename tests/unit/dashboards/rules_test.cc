// Prometheus' own tool judges the configuration, the rules and what they do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <map>
#include <set>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/dashboards/known_metrics.h"
#include "tests/unit/dashboards/shipped_alerts.h"

namespace hypergauge::testing {
namespace {

using ::testing::AnyOf;
using ::testing::ContainsRegex;
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
  const auto alerts = AlertsIn(kPrometheus + "/rules");
  ASSERT_GT(alerts.size(), 0U);
  std::set<std::string> names;
  for (const auto& alert : alerts) {
    const auto name = alert["alert"].as<std::string>();
    EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    EXPECT_THAT(name, StartsWith("Hypergauge"));
    EXPECT_THAT(alert["labels"]["severity"].as<std::string>(), AnyOf("critical", "warning", "info"))
        << name;
    const auto annotations = alert["annotations"].as<std::map<std::string, std::string>>();
    EXPECT_TRUE(annotations.contains("summary")) << name;
    EXPECT_TRUE(annotations.contains("description")) << name;
    EXPECT_THAT(annotations.at("dashboard_url"),
                ContainsRegex("/d/hypergauge-(overview|platforms|node|network|regressions|fleet)"))
        << name;
    const std::string page = "docs/runbooks/" + name + ".md";
    EXPECT_THAT(annotations.at("runbook_url"), HasSubstr("/" + page));
    const auto runbook = ReadFile(kSource + "/" + page);
    EXPECT_THAT(runbook, StartsWith("# " + name + "\n"));
    for (const char* part :
         {"**What it means.**", "**Look at**", "**What to do", "**When to silence.**"}) {
      EXPECT_THAT(runbook, HasSubstr(part)) << page;
    }
  }
  for (const auto& page : std::filesystem::directory_iterator(kSource + "/docs/runbooks")) {
    EXPECT_TRUE(names.contains(page.path().stem())) << page.path() << " is of no alert";
  }
}

// In one test, or it would say nothing about what makes the alert fire or end.
TEST(Rules, AreTestedBeforeWhileAndAfterEachAlertFires) {
  const auto cases = CasesIn(kSource + "/tests/dashboards");
  for (const auto& alert : AlertsIn(kPrometheus + "/rules")) {
    const auto name = alert["alert"].as<std::string>();
    const auto has_around = [&](const AlertCase& firing) {
      const auto is_silent = [&](const AlertCase& other, bool after) {
        return other.alert == name && other.test == firing.test && !other.fires &&
               (after ? other.minute > firing.minute : other.minute < firing.minute);
      };
      return firing.alert == name && firing.fires &&
             std::ranges::any_of(cases, [&](const auto& each) { return is_silent(each, false); }) &&
             std::ranges::any_of(cases, [&](const auto& each) { return is_silent(each, true); });
    };
    EXPECT_TRUE(std::ranges::any_of(cases, has_around))
        << name << " is nowhere silent, then firing, then silent";
  }
}

}  // namespace
}  // namespace hypergauge::testing
