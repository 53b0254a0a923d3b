#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace hypergauge::probes {

struct Command {
  std::vector<std::string> argv;  ///< argv[0] is looked for in PATH
  std::filesystem::path folder;   ///< where it runs, and its TMPDIR
  std::function<bool()> stopped;  ///< asked at least every 50 ms
};

struct CommandResult {
  int exit_code = 0;   ///< 128 + number after a signal
  std::string output;  ///< the first 64 KiB of standard output and error, as they came
};

/// Runs a program to its end, in a process group of its own, which is killed when it is stopped.
/// What it inherits of the environment is PATH alone; compiler caches are switched off. For
/// processes with one thread. Errors: kCancelled; kNotFound, kPermissionDenied and others of
/// execvp(3), with the program's name.
[[nodiscard]] Result<CommandResult> RunCommand(const Command& command);

/// Whether PATH leads to a program of that name.
[[nodiscard]] bool IsInPath(const std::string& program);

}  // namespace hypergauge::probes
