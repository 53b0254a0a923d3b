#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace hypergauge {

/// Exit codes of all programs, as Unix knows them.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailure = 1,  ///< it was asked right and could not be done
  kExitUsage = 2,    ///< unknown flag, bad value, unreadable configuration
};

/// The flags that every service takes.
struct LogFlags {
  std::string level = "info";
  std::string format = "logfmt";
};

/// Adds --log.level and --log.format.
void AddLogFlags(CLI::App& app, LogFlags& flags);

/// Adds --version, which prints VersionText of the program and exits 0.
void AddVersionFlag(CLI::App& app, const std::string& program);

/// Parses argv. Returns an exit code when the program is to end now: kExitOk after --help and
/// --version, kExitUsage after an error that has been printed to standard error.
[[nodiscard]] std::optional<int> ParseFlags(CLI::App& app, int argc, const char* const* argv);

/// HOST:PORT, [IPv6]:PORT or :PORT.
struct HostPort {
  std::string host;  ///< without brackets; empty for all addresses
  uint16_t port = 0;
};

/// Errors: kInvalidArgument, naming the text and what is wrong with it.
[[nodiscard]] Result<HostPort> ParseHostPort(const std::string& text);

}  // namespace hypergauge
