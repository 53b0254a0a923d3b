#pragma once

#include <CLI/CLI.hpp>
#include <functional>

/// The subcommands of hypergauge-probe, one file each.
namespace hypergauge::probes {

/// Runs the parsed subcommand and returns the program's exit code.
using Command = std::function<int()>;

/// Each adds its subcommand with its flags; `chosen` becomes its Command when it was given.
void AddAgentCommand(CLI::App& app, Command& chosen);
void AddRunCommand(CLI::App& app, Command& chosen);
void AddListCommand(CLI::App& app, Command& chosen);

}  // namespace hypergauge::probes
