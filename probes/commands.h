#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <stop_token>

#include "base/result.h"
#include "probes/interference.h"

/// The subcommands of hypergauge-probe, one file each.
namespace hypergauge::probes {

/// Runs the parsed subcommand and returns the program's exit code.
using Command = std::function<int()>;

/// Each adds its subcommand with its flags; `chosen` becomes its Command when it was given.
void AddAgentCommand(CLI::App& app, Command& chosen);
void AddRunCommand(CLI::App& app, Command& chosen);
void AddListCommand(CLI::App& app, Command& chosen);

/// Prints the error on standard error and returns the exit code.
int Complain(const Error& error, int exit_code);

/// Requests a stop at SIGINT or SIGTERM, from a thread that lives until the process ends. The
/// signals must be blocked already.
[[nodiscard]] std::stop_token StopOnSignals();

/// Adds --verdict.*: beyond which interference a run is not clean.
void AddVerdictFlags(CLI::App& command, VerdictLimits& limits);

}  // namespace hypergauge::probes
