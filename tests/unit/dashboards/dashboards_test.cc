// Every dashboard of the tree keeps the house's rules and asks only for what exists.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "build_paths.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/dashboards/dashboard_lint.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kDashboards =
    std::string(HYPERGAUGE_SOURCE_DIR) + "/dashboards/grafana/dashboards";
const std::string kRules = std::string(HYPERGAUGE_SOURCE_DIR) + "/dashboards/prometheus/rules";

json Load(const std::filesystem::path& file) {
  return json::parse(ReadFile(file));
}

TEST(Dashboards, KeepAllRules) {
  const auto known = KnownMetrics(kRules);
  std::set<std::string> uids;
  for (const auto& file : std::filesystem::directory_iterator(kDashboards)) {
    const auto dashboard = Load(file.path());
    EXPECT_THAT(Complaints(dashboard, known), IsEmpty()) << file.path();
    EXPECT_TRUE(uids.insert(dashboard.at("uid")).second) << file.path() << ": its uid is taken";
  }
  EXPECT_THAT(uids, Contains("hypergauge-overview"));
}

TEST(Dashboards, AreAskedForTheirOwnMetricsOnly) {
  EXPECT_THAT(
      MetricsIn(R"(sum(hypergauge_runs_total{verdict="hypergauge_no"}) / a:hypergauge_b:c)"),
      ElementsAre("a:hypergauge_b:c", "hypergauge_runs_total"));
}

struct Mistake {
  std::string name;
  std::function<void(json&)> make;
  std::string complaint;
};

class DashboardMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(DashboardMistake, IsComplainedAbout) {
  auto dashboard = Load(kDashboards + "/overview.json");
  GetParam().make(dashboard);
  EXPECT_THAT(Complaints(dashboard, KnownMetrics(kRules)),
              Contains(HasSubstr(GetParam().complaint)));
}

json& FirstQuery(json& dashboard) {
  return dashboard["panels"][0]["targets"][0]["expr"];
}

INSTANTIATE_TEST_SUITE_P(
    Lint, DashboardMistake,
    ::testing::Values(
        Mistake{"ForeignUid", [](json& d) { d["uid"] = "x"; }, "uid"},
        Mistake{"NoPanelTitle", [](json& d) { d["panels"][1].erase("title"); }, "no title"},
        Mistake{"NoDescription", [](json& d) { d["panels"][1].erase("description"); },
                "no description"},
        Mistake{"NoUnit", [](json& d) { d["panels"][1]["fieldConfig"]["defaults"].erase("unit"); },
                "no unit"},
        Mistake{"SameId", [](json& d) { d["panels"][1]["id"] = d["panels"][0]["id"]; }, "id"},
        Mistake{"NoQuery", [](json& d) { d["panels"][1]["targets"].clear(); }, "no query"},
        Mistake{"FixedDataSource",
                [](json& d) { d["panels"][1]["targets"][0]["datasource"]["uid"] = "P1809F7CD"; },
                "P1809F7CD"},
        Mistake{"UnknownMetric", [](json& d) { FirstQuery(d) = "sum(hypergauge_node_upp)"; },
                "nothing declares hypergauge_node_upp"},
        Mistake{"UnknownMetricInVariable",
                [](json& d) {
                  d["templating"]["list"][1]["definition"] = "label_values(hypergauge_nodes, node)";
                },
                "nothing declares hypergauge_nodes"},
        Mistake{"FixedRate", [](json& d) { FirstQuery(d) = "rate(hypergauge_runs_total[5m])"; },
                "fixed time"}),
    [](const auto& parameter) { return parameter.param.name; });

}  // namespace
}  // namespace hypergauge::testing
