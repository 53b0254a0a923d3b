// Alertmanager's own tool judges the configuration, and says who hears of which alert.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/dashboards/shipped_alerts.h"

namespace hypergauge::testing {
namespace {

const std::string kSource = HYPERGAUGE_SOURCE_DIR;
const std::string kConfig = kSource + "/dashboards/alertmanager/alertmanager.yml";

struct Route {
  std::string receiver;
  std::vector<std::string> labels;  // name=value
};

std::vector<Route> Routes() {
  std::vector<Route> routes;
  std::istringstream lines(ReadFile(kSource + "/tests/dashboards/routes.txt"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    Route route;
    words >> route.receiver;
    for (std::string label; words >> label;) route.labels.push_back(label);
    routes.push_back(route);
  }
  return routes;
}

TEST(Alertmanager, TakesTheConfiguration) {
  const auto finished = RunProcess({"amtool", "check-config", kConfig});
  EXPECT_EQ(finished.exit_code, 0) << finished.output;
}

TEST(Alertmanager, TellsWhoeverTheTableSays) {
  const auto routes = Routes();
  ASSERT_FALSE(routes.empty());
  for (const auto& route : routes) {
    std::vector<std::string> command = {"amtool",
                                        "config",
                                        "routes",
                                        "test",
                                        "--config.file=" + kConfig,
                                        "--verify.receivers=" + route.receiver};
    command.insert(command.end(), route.labels.begin(), route.labels.end());
    const auto finished = RunProcess(command);
    EXPECT_EQ(finished.exit_code, 0) << route.labels.front() << ": " << finished.output;
  }
}

TEST(Alertmanager, HasARouteInTheTableForEveryAlert) {
  std::set<std::pair<std::string, std::string>> told;
  for (const auto& route : Routes()) {
    if (route.labels.size() > 1) told.emplace(route.labels[0], route.labels[1]);
  }
  for (const auto& alert : AlertsIn(kSource + "/dashboards/prometheus/rules")) {
    const auto name = alert["alert"].as<std::string>();
    EXPECT_TRUE(told.contains(
        {"alertname=" + name, "severity=" + alert["labels"]["severity"].as<std::string>()}))
        << name << " is not in tests/dashboards/routes.txt";
  }
}

}  // namespace
}  // namespace hypergauge::testing
