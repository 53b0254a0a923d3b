#include <algorithm>

#include "probes/commands.h"
#include "probes/yaml_settings.h"

namespace hypergauge::probes {
namespace {

// "verdict.max_steal_ratio" is --verdict.max-steal-ratio on the command line.
std::string FlagOf(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return "--" + key;
}

}  // namespace

void AddConfigFlags(CLI::App& command, ConfigFlags& flags) {
  command.add_option("--config.file", flags.file, "YAML file with the settings below");
  command.add_option("--set", flags.assignments,
                     "KEY=VALUE of any setting, for example benchmarks.cpu_zlib.enabled=false; may "
                     "be given several times");
  for (const auto& [key, help] : KnownSettings()) {
    const auto take = [&flags, name = key](const std::string& value) {
      flags.given.push_back({name, value, FlagOf(name)});
    };
    command.add_option_function<std::string>(FlagOf(key), take, help)
        ->group("Settings, also of --config.file");
  }
}

Result<Config> LoadConfig(const ConfigFlags& flags, Config defaults) {
  std::vector<Setting> settings;
  if (!flags.file.empty()) {
    auto read = ReadYamlSettings(flags.file);
    if (!read) return Annotate(read.error(), "--config.file");
    settings = std::move(*read);
  }
  for (const auto& assignment : flags.assignments) {
    const auto equals = assignment.find('=');
    if (equals == std::string::npos) {
      return Fail(ErrorCode::kInvalidArgument, "--set " + assignment + ": write KEY=VALUE");
    }
    settings.push_back({assignment.substr(0, equals), assignment.substr(equals + 1), "--set"});
  }
  settings.insert(settings.end(), flags.given.begin(), flags.given.end());
  if (auto applied = Apply(settings, defaults); !applied) return tl::unexpected(applied.error());
  return defaults;
}

}  // namespace hypergauge::probes
