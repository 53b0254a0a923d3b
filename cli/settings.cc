#include "cli/settings.h"

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "base/printable.h"
#include "cli/exit.h"

namespace hypergauge::cli {
namespace {

constexpr const char* kAuto = "auto";
constexpr const char* kAlways = "always";
constexpr const char* kNever = "never";
constexpr size_t kMostShown = 64;  // bytes of what somebody wrote, in a message

std::string ValueOf(const EnvironmentVariable& environment, const char* name) {
  const char* value = environment(name);
  return value == nullptr ? "" : value;
}

tl::unexpected<Error> Wrong(const std::string& name, const YAML::Mark& mark,
                            const std::string& what) {
  const std::string place =
      mark.is_null() ? ""
                     : ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
  return Fail(ErrorCode::kInvalidArgument, name + place + ": " + what);
}

struct Key {
  std::string ConfigFile::*value;
  std::vector<std::string> choices;  // empty for any
};

const std::map<std::string, Key>& Keys() {
  static const std::map<std::string, Key> kKeys = {
      {"color", {&ConfigFile::color, {kAuto, kAlways, kNever}}},
      {"format", {&ConfigFile::format, {kFormatTable, kFormatJson, kFormatCsv}}},
      {"server", {&ConfigFile::server, {}}}};
  return kKeys;
}

std::string Listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Result<void> ReadEntry(const YAML::Node& key_node, const YAML::Node& value, const std::string& name,
                       ConfigFile& config) {
  if (!key_node.IsScalar()) return Wrong(name, key_node.Mark(), "a key must be a word");
  const std::string& word = key_node.Scalar();
  const auto found = Keys().find(word);
  if (found == Keys().end()) {
    return Wrong(
        name, key_node.Mark(),
        "unknown key \"" + Printable(word, kMostShown) + "\"; there are color, format, server");
  }
  const auto& [member, choices] = found->second;
  if (!(config.*member).empty()) return Wrong(name, key_node.Mark(), word + " is given twice");
  if (!value.IsScalar() || value.Scalar().empty()) {
    return Wrong(name, value.Mark(), word + " must be a text");
  }
  const std::string& text = value.Scalar();
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    return Wrong(
        name, value.Mark(),
        word + " is \"" + Printable(text, kMostShown) + "\"; it must be one of " + Listed(choices));
  }
  config.*member = text;
  return {};
}

Result<ConfigFile> LoadConfigFile(const ConfigPath& where) {
  std::error_code ignored;
  std::ifstream file(where.path, std::ios::binary);
  if (!file || std::filesystem::is_directory(where.path, ignored)) {
    const int number = file ? EISDIR : errno;
    if (number == ENOENT && !where.must_exist) return ConfigFile();
    return tl::unexpected(FromErrno(number, "configuration file " + where.path));
  }
  return ParseConfigFile({std::istreambuf_iterator<char>(file), {}}, where.path);
}

bool IsGiven(const CLI::App& app, const char* option) {
  return app.get_option(option)->count() > 0;
}

}  // namespace

void AddSettings(CLI::App& app, Settings& settings) {
  app.add_option("--server", settings.server, "HOST:PORT of the aggregator's gRPC")
      ->envname("HYPERGAUGE_SERVER")
      ->capture_default_str();
  app.add_option("--color", settings.color,
                 "When to colour: auto is on a terminal, unless NO_COLOR is set or TERM is dumb")
      ->envname("HYPERGAUGE_COLOR")
      ->check(CLI::IsMember({kAuto, kAlways, kNever}))
      ->capture_default_str();
}

ConfigPath ConfigPathOf(const EnvironmentVariable& environment) {
  if (const auto named = ValueOf(environment, "HYPERGAUGE_CONFIG"); !named.empty()) {
    return {named, true};
  }
  constexpr const char* kFile = "/hypergauge/config.yml";
  // A relative one is to be ignored (XDG Base Directory Specification).
  if (const auto xdg = ValueOf(environment, "XDG_CONFIG_HOME"); xdg.starts_with('/')) {
    return {xdg + kFile, false};
  }
  const auto home = ValueOf(environment, "HOME");
  if (home.empty()) return {};
  return {home + "/.config" + kFile, false};
}

Result<ConfigFile> ParseConfigFile(const std::string& text, const std::string& name) {
  ConfigFile config;
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return config;  // empty, or comments alone
    if (!root.IsMap()) return Wrong(name, root.Mark(), "must be lines of \"key: value\"");
    for (const auto& entry : root) {
      const auto read = ReadEntry(entry.first, entry.second, name, config);
      if (!read) return tl::unexpected(read.error());
    }
  } catch (const YAML::Exception& error) {
    return Wrong(name, error.mark, error.msg);
  }
  return config;
}

Result<void> CompleteSettings(const CLI::App& app, const EnvironmentVariable& environment,
                              Settings& settings) {
  const auto where = ConfigPathOf(environment);
  ConfigFile config;
  if (!where.path.empty()) {
    auto loaded = LoadConfigFile(where);
    if (!loaded) return tl::unexpected(loaded.error());
    config = std::move(*loaded);
  }
  if (!IsGiven(app, "--server") && !config.server.empty()) settings.server = config.server;
  if (!IsGiven(app, "--color")) {
    if (!config.color.empty()) settings.color = config.color;
    if (!ValueOf(environment, "NO_COLOR").empty()) settings.color = kNever;
  }
  const auto format = ValueOf(environment, "HYPERGAUGE_FORMAT");
  const auto& choices = Keys().at("format").choices;
  if (!format.empty() && std::find(choices.begin(), choices.end(), format) == choices.end()) {
    return Fail(ErrorCode::kInvalidArgument, "HYPERGAUGE_FORMAT is \"" +
                                                 Printable(format, kMostShown) +
                                                 "\"; it must be one of " + Listed(choices));
  }
  settings.format = format.empty() ? config.format : format;
  return {};
}

Terminal OutputTerminal(const Settings& settings) {
  auto terminal =
      DescribeTerminal(STDOUT_FILENO, [](const char* name) { return std::getenv(name); });
  if (settings.color == kAlways) terminal.colours = true;
  if (settings.color == kNever) terminal.colours = false;
  return terminal;
}

}  // namespace hypergauge::cli
