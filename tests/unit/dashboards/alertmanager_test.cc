// Alertmanager's own tool judges the configuration, and says who hears of which alert.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
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

using Labels = std::map<std::string, std::string>;

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

// Labels of alerts that promtool's tests say fire, which fit the matchers of one side.
std::vector<Labels> Fitting(const std::vector<Labels>& alerts, const YAML::Node& matchers) {
  static const std::regex kMatcher(R"re((\w+)(=~|!=|=)"(.*)")re");
  auto fitting = alerts;
  for (const auto& matcher : matchers) {
    const auto text = matcher.as<std::string>();
    std::smatch parts;
    if (!std::regex_match(text, parts, kMatcher)) throw std::runtime_error("not known: " + text);
    const std::string name = parts[1];
    const std::string how = parts[2];
    const std::string value = parts[3];
    std::erase_if(fitting, [&](const Labels& labels) {
      const auto own = labels.contains(name) ? labels.at(name) : "";
      if (how == "=~") return !std::regex_match(own, std::regex(value));
      return (own == value) != (how == "=");
    });
  }
  return fitting;
}

TEST(Alertmanager, SilencesByLabelsThatBothSidesHave) {
  std::vector<Labels> alerts;
  for (const auto& each : CasesIn(kSource + "/tests/dashboards")) {
    alerts.insert(alerts.end(), each.labels.begin(), each.labels.end());
  }
  const auto rules = YAML::LoadFile(kConfig)["inhibit_rules"];
  ASSERT_GT(rules.size(), 0U);
  for (const auto& rule : rules) {
    for (const char* side : {"source_matchers", "target_matchers"}) {
      const auto fitting = Fitting(alerts, rule[side]);
      EXPECT_FALSE(fitting.empty()) << "no alert fits the " << side << " of\n" << rule;
      for (const auto& labels : fitting) {
        for (const auto& label : rule["equal"]) {
          EXPECT_TRUE(labels.contains(label.as<std::string>()))
              << labels.at("alertname") << " lacks " << label << ", which this asks for:\n"
              << rule;
        }
      }
    }
  }
}

}  // namespace
}  // namespace hypergauge::testing
