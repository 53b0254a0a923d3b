#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace hypergauge::probes {

/// How a program ended, and what it said.
struct ProcessOutput {
  std::string out = {};  ///< standard output
  std::string err = {};  ///< the last 8 KiB of standard error
  int exit_code = 0;     ///< where signal is 0
  int signal = 0;        ///< that ended it
  double seconds = 0;    ///< from its start to its end
};

/// Where `name` is in the folders of the environment's PATH.
/// Errors: kUnsupported, "fio is not installed".
[[nodiscard]] Result<std::filesystem::path> FindProgram(const std::string& name);

/// What a program needs of an environment, and no more: PATH and LD_LIBRARY_PATH as they are here,
/// LC_ALL=C, and `folder` as its HOME and TMPDIR.
[[nodiscard]] std::vector<std::string> SmallEnvironment(const std::filesystem::path& folder);

/// A process to run: no shell, and nothing of this process's environment.
struct ProcessPlan {
  std::vector<std::string> argv;         ///< the first is the program's path
  std::vector<std::string> environment;  ///< NAME=VALUE each, all that it gets
  std::filesystem::path folder;          ///< where it works
  std::string input;                     ///< for its standard input, at most 4096 bytes
  std::chrono::nanoseconds limit{};      ///< after which it is killed
  const Clock* clock = &Clock::System();
  std::function<bool()> stopped = [] { return false; };
};

/// Runs it to its end, in a process group of its own that is killed as a whole: by SIGTERM and soon
/// SIGKILL where it must not go on, and what a program leaves behind when it ends by SIGKILL. It
/// dies with this process. Errors: kDeadlineExceeded, kCancelled (within 0.5 s), kWrongAnswer for
/// more than 8 MiB of output, those of fork(2) and pipe(2). A program that cannot be started ends
/// with exit code 127 and a message.
[[nodiscard]] Result<ProcessOutput> RunToEnd(const ProcessPlan& plan);

}  // namespace hypergauge::probes
