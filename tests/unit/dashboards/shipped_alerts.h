#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <string>
#include <vector>

namespace hypergauge::testing {

/// The rule of every alert in `rules_dir`/*.yml, in no order.
[[nodiscard]] std::vector<YAML::Node> AlertsIn(const std::string& rules_dir);

/// What a test of promtool's expects of an alert at one time.
struct AlertCase {
  std::string alert;
  std::string test;  ///< file and name
  int minute = 0;    ///< of the test
  bool fires = false;
  std::vector<std::map<std::string, std::string>> labels;  ///< of what fires, with alertname
};

/// All of `tests_dir`/*_test.yml.
[[nodiscard]] std::vector<AlertCase> CasesIn(const std::string& tests_dir);

}  // namespace hypergauge::testing
