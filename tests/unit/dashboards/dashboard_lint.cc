#include "tests/unit/dashboards/dashboard_lint.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <regex>

#include "aggregator/analyst/noise_samples.h"
#include "aggregator/analyst/regression_samples.h"
#include "aggregator/analyst/score_samples.h"
#include "aggregator/ingest/fleet_samples.h"
#include "aggregator/schedule/schedule_samples.h"
#include "probes/benchmark.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;

std::string Text(const json& object, const char* key) {
  return object.is_object() ? object.value(key, "") : "";
}

// Members are read from mutable JSON: of a const object a missing one is undefined behaviour.
class Linter {
 public:
  explicit Linter(const std::set<std::string>& known_metrics) : known_metrics_(known_metrics) {}

  void Check(json& dashboard) {
    Require(Text(dashboard, "uid").starts_with("hypergauge-"), "the uid is not hypergauge-NAME");
    Require(!Text(dashboard, "title").empty(), "no title");
    Require(!dashboard.contains("id"), "an id belongs to one Grafana only");
    CheckDataSources(dashboard);
    for (const auto& annotation : dashboard["annotations"]["list"]) {
      CheckQuery(Text(annotation, "expr"), "annotation " + Text(annotation, "name"));
    }
    for (const auto& variable : dashboard["templating"]["list"]) {
      CheckQuery(Text(variable, "definition"), "variable " + Text(variable, "name"));
      Require(!Text(variable, "description").empty(),
              "variable " + Text(variable, "name") + ": no description");
    }
    for (auto& panel : dashboard["panels"]) CheckPanel(panel);
  }

  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  void Require(bool condition, const std::string& complaint) {
    if (!condition) complaints_.push_back(complaint);
  }

  // Whatever refers to a data source, however deep, leaves the choice to the variable.
  void CheckDataSources(const json& node) {
    if (node.is_object() && node.contains("datasource")) {
      const std::string uid = Text(node["datasource"], "uid");
      Require(uid == "${datasource}" || uid == "-- Grafana --",
              "a data source is \"" + uid + "\" instead of ${datasource}");
    }
    if (node.is_structured()) {
      for (const auto& child : node) CheckDataSources(child);
    }
  }

  void CheckPanel(json& panel) {
    const std::string name = "panel \"" + Text(panel, "title") + "\"";
    Require(!Text(panel, "title").empty(), "a panel has no title");
    Require(ids_.insert(panel.value("id", 0)).second, name + ": its id is missing or taken");
    if (Text(panel, "type") == "row") return;
    Require(!Text(panel, "description").empty(), name + ": no description");
    Require(panel["gridPos"].value("x", 0) + panel["gridPos"].value("w", 0) <= 24,
            name + ": wider than the grid");
    if (Text(panel, "type") == "text") return;
    Require(!Text(panel["fieldConfig"]["defaults"], "unit").empty(), name + ": no unit");
    Require(!panel["targets"].empty(), name + ": no query");
    std::set<std::string> ref_ids;
    for (const auto& target : panel["targets"]) {
      Require(ref_ids.insert(Text(target, "refId")).second, name + ": two queries of one refId");
      Require(!Text(target, "expr").empty(), name + ": a query is empty");
      CheckQuery(Text(target, "expr"), name);
    }
  }

  void CheckQuery(const std::string& query, const std::string& where) {
    for (const auto& metric : MetricsIn(query)) {
      Require(known_metrics_.contains(metric), where + ": nothing declares " + metric);
    }
    // A fixed window is too short for some scrape interval and too long for some zoom.
    static const std::regex kFixedRate(R"(\b(rate|increase|irate|delta)\([^()]*\[\d)");
    Require(!std::regex_search(query, kFixedRate), where + ": a rate over a fixed time");
  }

  const std::set<std::string>& known_metrics_;
  std::set<int> ids_{0};
  std::vector<std::string> complaints_;
};

}  // namespace

std::set<std::string> MetricsIn(std::string promql) {
  static const std::regex kQuoted(R"re("[^"]*")re");
  static const std::regex kName(R"(\b[a-z_:]*hypergauge_[a-z0-9_:]+)");
  promql = std::regex_replace(promql, kQuoted, "\"\"");
  std::set<std::string> names;
  for (std::sregex_iterator it(promql.begin(), promql.end(), kName), end; it != end; ++it) {
    names.insert(it->str());
  }
  return names;
}

std::set<std::string> KnownMetrics(const std::string& rules_dir) {
  std::set<std::string> known;
  for (const auto& [name, family] : aggregator::NodeFamilies()) known.insert(name);
  for (const auto& family : aggregator::ScheduleFamilies()) known.insert(family.name);
  known.insert("hypergauge_schedule_collisions_total");  // counted where runs are judged
  known.insert("hypergauge_store_size_bytes");           // by the aggregator's main
  exporter::Snapshot analysis;
  aggregator::AddRegressions({}, analysis);
  aggregator::AddNoiseFamilies(analysis);
  aggregator::AddScoreFamilies(analysis);
  for (const auto& [name, family] : analysis.families) known.insert(name);
  for (const auto& [name, entry] : probes::Registry()) {
    for (const auto& quantity : entry.descriptor.quantities) {
      known.insert("hypergauge_" + quantity.family);
    }
  }
  for (const auto& file : std::filesystem::directory_iterator(rules_dir)) {
    for (const auto& group : YAML::LoadFile(file.path())["groups"]) {
      for (const auto& rule : group["rules"]) {
        if (rule["record"]) known.insert(rule["record"].as<std::string>());
      }
    }
  }
  return known;
}

std::vector<std::string> Complaints(json dashboard, const std::set<std::string>& known_metrics) {
  Linter linter(known_metrics);
  linter.Check(dashboard);
  return linter.complaints();
}

}  // namespace hypergauge::testing
