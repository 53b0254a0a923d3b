#pragma once

#include <string>

#include "base/result.h"
#include "program/terminal.h"

/// How the commands end and in which form they print.
namespace hypergauge::cli {

/// Prints the error and returns the exit code that it deserves: kExitUsage for kInvalidArgument.
int ExitWith(const Error& error);

/// The values of --format.
inline constexpr const char* kText = "text";
inline constexpr const char* kJson = "json";

/// What standard output is, and what the user wants on it.
[[nodiscard]] Terminal OutputTerminal();

}  // namespace hypergauge::cli
