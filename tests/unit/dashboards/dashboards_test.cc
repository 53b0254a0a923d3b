// Dashboards ask only for what the program exposes or a rule records. All other rules for them are
// those of tests/dashboards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "build_paths.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/dashboards/known_metrics.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::filesystem::path kSource = HYPERGAUGE_SOURCE_DIR;
const auto kDashboards = kSource / "dashboards/grafana/dashboards";
const auto kRules = kSource / "dashboards/prometheus/rules";

// Whatever is asked, however deep: queries of panels and annotations, definitions of variables.
void AddQueries(const json& node, std::vector<std::string>& queries) {
  if (node.is_object()) {
    for (const char* key : {"expr", "definition"}) {
      const auto found = node.find(key);
      if (found != node.end() && found->is_string()) queries.push_back(*found);
    }
  }
  if (!node.is_structured()) return;
  for (const auto& child : node) AddQueries(child, queries);
}

std::set<std::string> UnknownMetrics(const json& dashboard, const std::set<std::string>& known) {
  std::vector<std::string> queries;
  AddQueries(dashboard, queries);
  std::set<std::string> unknown;
  for (const auto& query : queries) {
    for (const auto& metric : MetricsIn(query)) {
      if (!known.contains(metric)) unknown.insert(metric);
    }
  }
  return unknown;
}

TEST(Dashboards, AskOnlyForMetricsThatExist) {
  const auto known = KnownMetrics(kSource, kRules);
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(kDashboards)) {
    names.push_back(file.path().stem());
    EXPECT_THAT(UnknownMetrics(json::parse(ReadFile(file.path())), known), IsEmpty())
        << file.path();
  }
  EXPECT_THAT(names, SizeIs(6));
}

TEST(Dashboards, AreComplainedAboutWhereTheyAskForWhatDoesNotExist) {
  const std::set<std::string> known = {"hypergauge_node_up"};
  const auto dashboard = json::parse(R"json({
    "panels": [{"targets": [{"expr": "sum(hypergauge_node_upp)"}]}],
    "annotations": {"list": [{"expr": "hypergauge_node_down == 1"}]},
    "templating": {"list": [{"definition": "label_values(hypergauge_nodes, node)"}]}
  })json");
  EXPECT_THAT(UnknownMetrics(dashboard, known),
              ElementsAre("hypergauge_node_down", "hypergauge_node_upp", "hypergauge_nodes"));
}

TEST(Dashboards, AreAskedForTheirOwnMetricsOnly) {
  EXPECT_THAT(
      MetricsIn(R"(sum(hypergauge_runs_total{verdict="hypergauge_no"}) / a:hypergauge_b:c)"),
      ElementsAre("a:hypergauge_b:c", "hypergauge_runs_total"));
}

TEST(KnownMetrics, AreOfSourcesBenchmarksAndRules) {
  const auto known = KnownMetrics(kSource, kRules);
  for (const char* name :
       {"hypergauge_node_up", "hypergauge_sessions", "hypergauge_scrape_duration_seconds_bucket",
        "hypergauge_overhead_ratio", "hypergauge_cpu_blowfish_seconds",
        "node_benchmark:hypergauge_slowdown:ratio"}) {
    EXPECT_THAT(known, Contains(name));
  }
  EXPECT_THAT(known, Not(Contains("hypergauge_node_upp")));
}

}  // namespace
}  // namespace hypergauge::testing
