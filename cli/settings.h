#pragma once

#include <string>

#include "base/result.h"
#include "program/flags.h"
#include "program/terminal.h"

/// What holds for every command. Flags go before the environment, and that before the
/// configuration file.
namespace hypergauge::cli {

struct Settings {
  std::string server = "127.0.0.1:10911";  ///< HOST:PORT of the aggregator's gRPC
  std::string format;                      ///< for listings: table, json, csv; empty for table
  std::string color = "auto";              ///< auto, always, never
};

/// Adds --server, --color and what the environment says of them.
void AddSettings(CLI::App& app, Settings& settings);

/// Takes the configuration file's values where neither a flag nor the environment has one: of
/// $HYPERGAUGE_CONFIG, else of hypergauge/config.yml in $XDG_CONFIG_HOME or ~/.config, which need
/// not be there. Call it after parsing.
/// Errors: kInvalidArgument naming file, line and column, and what is wrong there; kNotFound and
/// kPermissionDenied naming the file.
[[nodiscard]] Result<void> CompleteSettings(const CLI::App& app,
                                            const EnvironmentVariable& environment,
                                            Settings& settings);

/// Where the configuration file is; empty where no variable says so. `must_exist`: somebody named
/// it.
struct ConfigPath {
  std::string path;
  bool must_exist = false;
};
[[nodiscard]] ConfigPath ConfigPathOf(const EnvironmentVariable& environment);

/// What a configuration file says; a value that it does not hold is empty.
struct ConfigFile {
  std::string server;
  std::string format;
  std::string color;
};
/// `name` stands for the file in messages. Errors: kInvalidArgument as above.
[[nodiscard]] Result<ConfigFile> ParseConfigFile(const std::string& text, const std::string& name);

/// What standard output is, and what the user wants on it.
[[nodiscard]] Terminal OutputTerminal(const Settings& settings);

}  // namespace hypergauge::cli
