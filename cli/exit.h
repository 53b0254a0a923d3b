#pragma once

#include <string>

#include "base/result.h"

/// How the commands end and in which form they print.
namespace hypergauge::cli {

/// Prints the error and returns the exit code that it deserves: kExitUsage for kInvalidArgument.
int ExitWith(const Error& error);

/// The values of --format.
inline constexpr const char* kText = "text";
inline constexpr const char* kJson = "json";

/// Whether standard output is a terminal that takes colours and the user wants them (NO_COLOR).
[[nodiscard]] bool WantsColour();

}  // namespace hypergauge::cli
