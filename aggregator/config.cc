#include "aggregator/config.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>

#include "base/duration.h"

namespace hypergauge::aggregator {
namespace {

// What is wrong and where; thrown inside this file only, beside yaml-cpp's own exceptions.
struct ConfigError {
  YAML::Mark mark;
  std::string message;
};

constexpr std::chrono::seconds kLeastVanishAfter{1};

using Setter = std::function<void(const YAML::Node&)>;

void ReadMap(const YAML::Node& node, const std::string& what,
             const std::map<std::string, Setter>& setters) {
  if (!node.IsMap()) throw ConfigError{node.Mark(), what + " must be a map"};
  for (const auto& entry : node) {
    const auto key = entry.first.as<std::string>();
    const auto setter = setters.find(key);
    if (setter == setters.end()) {
      std::string known;
      for (const auto& [name, unused] : setters) known += (known.empty() ? "" : ", ") + name;
      throw ConfigError{entry.first.Mark(),
                        "unknown key \"" + key + "\" in " + what + "; there are " + known};
    }
    setter->second(entry.second);
  }
}

std::string ReadText(const YAML::Node& node) {
  if (!node.IsScalar()) throw ConfigError{node.Mark(), "a single value is wanted here"};
  return node.as<std::string>();
}

Setter DurationInto(std::chrono::nanoseconds& target, std::chrono::seconds least) {
  return [&target, least](const YAML::Node& node) {
    const auto duration = ParseDuration(ReadText(node));
    if (!duration) throw ConfigError{node.Mark(), duration.error().message};
    if (*duration < least) {
      throw ConfigError{node.Mark(), "must be at least " + std::to_string(least.count()) + "s"};
    }
    target = *duration;
  };
}

void ReadSuite(const YAML::Node& node, std::string& suite) {
  suite = ReadText(node);
  if (suite != "light" && suite != "standard" && suite != "pilot") {
    throw ConfigError{node.Mark(),
                      "unknown suite \"" + suite + "\"; there are light, standard and pilot"};
  }
}

void ReadBenchmarks(const YAML::Node& node, std::vector<std::string>& benchmarks) {
  if (!node.IsSequence()) throw ConfigError{node.Mark(), "benchmarks must be a list of names"};
  for (const auto& name : node) {
    // YAML reads the name of the benchmark `null` as nothing at all.
    benchmarks.push_back(name.IsNull() ? "null" : ReadText(name));
  }
}

Config ReadConfig(const YAML::Node& root) {
  using std::chrono::seconds;
  Config config;
  if (root.IsNull()) return config;  // an empty file
  ReadMap(root, "the configuration",
          {{"schedule",
            [&](const YAML::Node& node) {
              ReadMap(node, "schedule",
                      {{"interval", DurationInto(config.schedule.interval, seconds(1))},
                       {"lease", DurationInto(config.schedule.lease_duration, seconds(1))},
                       {"retry", DurationInto(config.schedule.retry, seconds(1))},
                       {"suite", [&](const YAML::Node& n) { ReadSuite(n, config.terms.suite); }},
                       {"benchmarks",
                        [&](const YAML::Node& n) { ReadBenchmarks(n, config.terms.benchmarks); }}});
            }},
           {"nodes", [&](const YAML::Node& node) {
              ReadMap(node, "nodes",
                      {{"vanish_after", DurationInto(config.vanish_after, kLeastVanishAfter)}});
            }}});
  return config;
}

std::string At(const std::filesystem::path& file, const YAML::Mark& mark) {
  if (mark.is_null()) return file.string() + ": ";
  return file.string() + ":" + std::to_string(mark.line + 1) + ":" +
         std::to_string(mark.column + 1) + ": ";
}

}  // namespace

Result<std::chrono::nanoseconds> ParseVanishAfter(std::string_view text) {
  auto duration = ParseDuration(text);
  if (duration && *duration < kLeastVanishAfter) {
    return Fail(ErrorCode::kInvalidArgument, "must be at least 1s");
  }
  return duration;
}

Result<Config> LoadConfig(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    return tl::unexpected(
        FromErrno(stream ? EISDIR : errno, "configuration file " + file.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  try {
    return ReadConfig(YAML::Load(text));
  } catch (const ConfigError& error) {
    return Fail(ErrorCode::kInvalidArgument, At(file, error.mark) + error.message);
  } catch (const YAML::Exception& error) {
    return Fail(ErrorCode::kInvalidArgument, At(file, error.mark) + error.msg);
  }
}

}  // namespace hypergauge::aggregator
