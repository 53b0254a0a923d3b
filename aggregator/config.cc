#include "aggregator/config.h"

#include <cerrno>
#include <fstream>
#include <iterator>
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
           {"nodes", [&](const YAML::Node& node) {
              ReadMap(node, "nodes",
                      {{"vanish_after", DurationInto(config.vanish_after, kLeastVanishAfter)}});
            }}});
  return config;
}

std::string At(const std::string& name, const YAML::Mark& mark) {
  if (mark.is_null()) return name + ": ";
  return name + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": ";
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
  try {
    Config config = ReadConfig(YAML::Load(text));
    if (const auto checked = CheckOptions(config.schedule); !checked) {
      return Annotate(checked.error(), name);
    }
    return config;
  } catch (const ConfigError& error) {
    const auto key = error.key.empty() ? "" : error.key + ": ";
    return Fail(ErrorCode::kInvalidArgument, At(name, error.mark) + key + error.message);
  } catch (const YAML::Exception& error) {
    return Fail(ErrorCode::kInvalidArgument, At(name, error.mark) + error.msg);
  }
}

Result<Config> LoadConfig(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    return tl::unexpected(
        FromErrno(stream ? EISDIR : errno, "configuration file " + file.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return ParseConfig(text, file.string());
}

}  // namespace hypergauge::aggregator
