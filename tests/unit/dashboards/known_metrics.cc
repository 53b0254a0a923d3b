#include "tests/unit/dashboards/known_metrics.h"

#include <yaml-cpp/yaml.h>

#include <regex>

#include "probes/benchmark.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

namespace fs = std::filesystem;

void AddNames(const std::string& text, const std::regex& pattern, std::set<std::string>& names) {
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
    names.insert((*it)[1].str());
  }
}

// Every family is named in full by a literal of its own, which is what it is exposed under.
void AddFamiliesOf(const fs::path& folder, std::set<std::string>& known) {
  static const std::regex kLiteral(R"re("(hypergauge_[a-z0-9_]*[a-z0-9])")re");
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (file.path().extension() == ".cc") AddNames(ReadFile(file.path()), kLiteral, known);
  }
}

void AddPartsOfHistograms(std::set<std::string>& known) {
  std::set<std::string> parts;
  for (const auto& name : known) {
    if (!name.ends_with("_duration_seconds")) continue;
    for (const char* part : {"_bucket", "_sum", "_count"}) parts.insert(name + part);
  }
  known.merge(parts);
}

}  // namespace

std::set<std::string> MetricsIn(std::string promql) {
  static const std::regex kQuoted(R"re("[^"]*")re");
  static const std::regex kName(R"(\b([a-z_:]*hypergauge_[a-z0-9_:]+))");
  promql = std::regex_replace(promql, kQuoted, "\"\"");
  std::set<std::string> names;
  AddNames(promql, kName, names);
  return names;
}

std::set<std::string> KnownMetrics(const fs::path& source_dir, const fs::path& rules_dir) {
  std::set<std::string> known;
  for (const char* layer : {"aggregator", "exporter"}) AddFamiliesOf(source_dir / layer, known);
  AddPartsOfHistograms(known);
  for (const auto& [name, entry] : probes::Registry()) {
    for (const auto& quantity : entry.descriptor.quantities) {
      known.insert("hypergauge_" + quantity.family);
    }
  }
  for (const auto& file : fs::directory_iterator(rules_dir)) {
    for (const auto& group : YAML::LoadFile(file.path())["groups"]) {
      for (const auto& rule : group["rules"]) {
        if (rule["record"]) known.insert(rule["record"].as<std::string>());
      }
    }
  }
  return known;
}

}  // namespace hypergauge::testing
