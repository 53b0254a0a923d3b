#include "tests/unit/dashboards/shipped_alerts.h"

#include <filesystem>
#include <stdexcept>

namespace hypergauge::testing {
namespace {

constexpr int kMinutesAnHour = 60;

int Minutes(const std::string& duration) {
  const int count = std::stoi(duration);
  if (duration.ends_with('m')) return count;
  if (duration.ends_with('h')) return count * kMinutesAnHour;
  throw std::runtime_error("write minutes or hours, not " + duration);
}

std::vector<std::map<std::string, std::string>> LabelsOf(const std::string& alert,
                                                         const YAML::Node& expected) {
  std::vector<std::map<std::string, std::string>> all;
  for (const auto& each : expected) {
    all.push_back(each["exp_labels"].as<std::map<std::string, std::string>>());
    all.back()["alertname"] = alert;
  }
  return all;
}

}  // namespace

std::vector<YAML::Node> AlertsIn(const std::string& rules_dir) {
  std::vector<YAML::Node> alerts;
  for (const auto& file : std::filesystem::directory_iterator(rules_dir)) {
    for (const auto& group : YAML::LoadFile(file.path())["groups"]) {
      for (const auto& rule : group["rules"]) {
        if (rule["alert"]) alerts.push_back(rule);
      }
    }
  }
  return alerts;
}

std::vector<AlertCase> CasesIn(const std::string& tests_dir) {
  std::vector<AlertCase> cases;
  for (const auto& file : std::filesystem::directory_iterator(tests_dir)) {
    if (!file.path().string().ends_with("_test.yml")) continue;
    for (const auto& test : YAML::LoadFile(file.path())["tests"]) {
      for (const auto& expected : test["alert_rule_test"]) {
        const auto name = expected["alertname"].as<std::string>();
        cases.push_back(
            {.alert = name,
             .test = file.path().filename().string() + ": " + test["name"].as<std::string>(),
             .minute = Minutes(expected["eval_time"].as<std::string>()),
             .fires = expected["exp_alerts"].size() > 0,
             .labels = LabelsOf(name, expected["exp_alerts"])});
      }
    }
  }
  return cases;
}

}  // namespace hypergauge::testing
