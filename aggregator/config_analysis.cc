#include "aggregator/config_analysis.h"

#include <set>
#include <string>
#include <utility>

#include "aggregator/comparison/compare.h"

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::milliseconds kLeastRound{100};
constexpr double kMostShare = 1;
constexpr double kMostNotifications = 1'000'000;

// Above 0 and up to 1.
Setter ShareInto(double& target) {
  return [&target](const YAML::Node& node) {
    NumberInto(target)(node);
    if (target > 0 && target <= kMostShare) return;
    throw ConfigError{node.Mark(), "must be above 0 and at most 1"};
  };
}

Setter CountInto(int& target) {
  return [&target](const YAML::Node& node) {
    double number = 0;
    NumberInto(number)(node);
    const bool is_whole = number >= 0 && number <= kMostNotifications &&
                          number == static_cast<double>(static_cast<int>(number));
    if (!is_whole) throw ConfigError{node.Mark(), "must be a whole number, 0 or more"};
    target = static_cast<int>(number);
  };
}

Setter EffectsInto(std::map<std::string, double>& effects) {
  return [&effects](const YAML::Node& node) {
    if (!node.IsMap()) throw ConfigError{node.Mark(), "must be a map of benchmark to share"};
    for (const auto& entry : node) {
      const auto [at, is_new] = effects.try_emplace(ReadText(entry.first));
      if (!is_new) throw ConfigError{entry.first.Mark(), "\"" + at->first + "\" is given twice"};
      ShareInto(at->second)(entry.second);
    }
  };
}

v1::HardwareGroup ReadGroup(const YAML::Node& node) {
  std::string name;
  std::vector<std::string> nodes;
  ReadMap(node, "a hardware group",
          {{"name", TextInto(name)}, {"nodes", NamesInto(nodes, "names of nodes")}});
  if (name.empty()) throw ConfigError{node.Mark(), "a hardware group needs a name"};
  v1::HardwareGroup group;
  group.set_name(name);
  group.mutable_nodes()->Add(nodes.begin(), nodes.end());
  return group;
}

void ReadGroups(const YAML::Node& node, std::vector<v1::HardwareGroup>& groups) {
  std::set<std::string> names;
  std::set<std::string> grouped;
  ReadList(node, "hardware groups", [&](const YAML::Node& each) {
    const auto& group = groups.emplace_back(ReadGroup(each));
    if (!names.insert(group.name()).second) {
      throw ConfigError{each.Mark(), "\"" + group.name() + "\" is given twice"};
    }
    for (const auto& label : group.nodes()) {
      if (grouped.insert(label).second) continue;
      throw ConfigError{each.Mark(), "node \"" + label + "\" is in a hardware group already"};
    }
  });
  if (groups.size() > kMostHardwareGroups) {
    throw ConfigError{node.Mark(),
                      "there are more than " + std::to_string(kMostHardwareGroups) + " groups"};
  }
}

}  // namespace

AnalysisOptions ReadAnalysis(const YAML::Node& node) {
  AnalysisOptions options;
  auto& regressions = options.regressions;
  ReadMap(node, "analysis",
          {{"round", DurationInto(options.round, kLeastRound)},
           {"min_effect", ShareInto(regressions.min_effect)},
           {"min_effects", EffectsInto(regressions.min_effect_of)},
           {"drift_effect", ShareInto(regressions.drift_effect)},
           {"false_discovery_rate", ShareInto(regressions.false_discovery_rate)},
           {"notifications_a_day", CountInto(regressions.notifications_a_day)},
           {"hardware",
            [&options](const YAML::Node& groups) { ReadGroups(groups, options.hardware); }}});
  return options;
}

}  // namespace hypergauge::aggregator
