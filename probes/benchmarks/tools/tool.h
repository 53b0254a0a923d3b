#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/process.h"
#include "probes/benchmarks/scratch_folder.h"

/// What the adapters of other people's tools share: which version a tool has, and one run of it,
/// without a shell and under control.
namespace hypergauge::probes {

/// What a tool is started with, besides its path.
struct ToolCommand {
  std::vector<std::string> arguments = {};
  std::string input = {};                     ///< for its standard input, at most 4096 bytes
  std::vector<std::string> environment = {};  ///< NAME=VALUE each, added to the few that it gets
  std::chrono::nanoseconds limit{std::chrono::seconds(60)};  ///< after which it is killed
};

/// The first thing in the text that looks like a version: "3.33" of "fio-3.33". Empty where nothing
/// does.
[[nodiscard]] std::string VersionIn(std::string_view text);

/// The tool's own words for what went wrong, for people: the last line of its standard error, or
/// else of its output, without control characters. Empty where it said nothing.
[[nodiscard]] std::string LastWords(const ProcessOutput& output);

/// Errors: kInternal unless the exit code is 0: "fio ended with exit code 1: LAST WORDS".
[[nodiscard]] Result<void> CheckExit(const std::string& name, const ProcessOutput& output);

/// An error about output that is not what the tool prints when all is well, with its last words.
[[nodiscard]] tl::unexpected<Error> FailOutput(const std::string& what,
                                               const ProcessOutput& output);

/// A tool that is here, with a folder of its own for what it writes. Threads: one caller.
class Tool {
 public:
  /// Finds the tool and asks it for its version; labels the run `tool_version` and `tool_path`.
  /// Errors: FindProgram's; those of its first run; kInternal where it tells no version.
  [[nodiscard]] static Result<Tool> Open(Context& context, const std::string& name,
                                         const std::string& version_flag = "--version");

  Tool() = default;

  /// Runs it to its end: in its folder, in a process group of its own which is killed as a whole,
  /// without a shell, with SmallEnvironment().
  /// Whatever the exit code, it is returned; see CheckExit.
  /// Errors: kDeadlineExceeded after the limit, kCancelled within 0.5 s of a stop, kWrongAnswer for
  /// more than 8 MiB of output; kResourceExhausted and the like where nothing can be started.
  [[nodiscard]] Result<ProcessOutput> Run(const Context& context, const ToolCommand& command) const;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::string& version() const { return version_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  std::string name_;
  std::filesystem::path path_;
  std::string version_;
  ScratchFolder folder_;
};

}  // namespace hypergauge::probes
