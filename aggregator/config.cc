#include "aggregator/config.h"

#include <utility>

#include "aggregator/config_schedule.h"
#include "aggregator/yaml_reader.h"
#include "base/duration.h"

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::seconds kLeastVanishAfter{1};

Config ReadConfig(const YAML::Node& root) {
  Config config;
  if (root.IsNull()) return config;  // an empty file
  ReadMap(root, "the configuration",
          {{"schedule", [&](const YAML::Node& node) { config.schedule = ReadSchedule(node); }},
           {"analysis", [&](const YAML::Node& node) { config.analysis = ReadAnalysis(node); }},
           {"catalogue",
            [&](const YAML::Node& node) {
              ReadMap(node, "catalogue", {{"file", TextInto(config.catalogue_file)}});
            }},
           {"nodes", [&](const YAML::Node& node) {
              ReadMap(node, "nodes",
                      {{"vanish_after", DurationInto(config.vanish_after, kLeastVanishAfter)}});
            }}});
  return config;
}

}  // namespace

Result<std::chrono::nanoseconds> ParseVanishAfter(std::string_view text) {
  auto duration = ParseDuration(text);
  if (duration && *duration < kLeastVanishAfter) {
    return Fail(ErrorCode::kInvalidArgument, "must be at least 1s");
  }
  return duration;
}

Result<Config> ParseConfig(const std::string& text, const std::string& name) {
  auto config = ReadYaml(text, name, ReadConfig);
  if (!config) return config;
  if (const auto checked = CheckOptions(config->schedule); !checked) {
    return Annotate(checked.error(), name);
  }
  return config;
}

Result<Config> LoadConfig(const std::filesystem::path& file) {
  const auto text = ReadSettingsFile(file, "configuration file");
  if (!text) return tl::unexpected(text.error());
  return ParseConfig(*text, file.string());
}

}  // namespace hypergauge::aggregator
