#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/config.h"

/// The subcommands of hypergauge-probe, one file each.
namespace hypergauge::probes {

/// Runs the parsed subcommand and returns the program's exit code.
using Command = std::function<int()>;

/// Each adds its subcommand with its flags; `chosen` becomes its Command when it was given.
void AddAgentCommand(CLI::App& app, Command& chosen);
void AddRunCommand(CLI::App& app, Command& chosen);
void AddListCommand(CLI::App& app, Command& chosen);
void AddEnvironmentCommand(CLI::App& app, Command& chosen);
void AddNoiseCommand(CLI::App& app, Command& chosen);
void AddCompareCommand(CLI::App& app, Command& chosen);
void AddDetectCommand(CLI::App& app, Command& chosen);

/// Prints the error on standard error and returns the exit code.
int Complain(const Error& error, int exit_code);

/// The folder of --root, without links. Errors: kInvalidArgument, naming the flag.
[[nodiscard]] Result<std::filesystem::path> RootFolder(const std::string& root);

/// Prints an answer on standard output and returns the exit code; says so where that fails.
[[nodiscard]] int PrintAnswer(const std::string& text);

/// Requests a stop at SIGINT, SIGTERM or SIGHUP, from a thread that lives until the process ends.
/// The signals must be blocked already.
[[nodiscard]] std::stop_token StopOnSignals();

/// What the flags said about the configuration.
struct ConfigFlags {
  std::string file;
  std::vector<std::string> assignments;  ///< of --set
  std::vector<Setting> given;            ///< one flag each
};

/// Adds --config.file, --set, and a flag for every setting with a fixed name.
void AddConfigFlags(CLI::App& command, ConfigFlags& flags);

/// `defaults`, overridden by the file, overridden by --set, overridden by the flags.
/// Errors: kInvalidArgument naming file and line, or the flag; those of reading the file.
[[nodiscard]] Result<Config> LoadConfig(const ConfigFlags& flags,
                                        Config defaults = DefaultConfig());

}  // namespace hypergauge::probes
