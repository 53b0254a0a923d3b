#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "probes/interference.h"

/// The subcommands of hypergauge-probe, one file each.
namespace hypergauge::probes {

/// Runs the parsed subcommand and returns the program's exit code.
using Command = std::function<int()>;

/// Each adds its subcommand with its flags; `chosen` becomes its Command when it was given.
void AddAgentCommand(CLI::App& app, Command& chosen);
void AddRunCommand(CLI::App& app, Command& chosen);
void AddListCommand(CLI::App& app, Command& chosen);

/// Adds --verdict.*: beyond which interference a run is not clean.
void AddVerdictFlags(CLI::App& command, VerdictLimits& limits);

}  // namespace hypergauge::probes
