#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/process.h"

/// What the benchmark `compile` builds.
namespace hypergauge::probes {

struct BuildDone {
  std::chrono::nanoseconds elapsed{};
  std::string answer;  ///< what was checked
};

class Build {
 public:
  virtual ~Build() = default;

  /// Builds everything anew and checks what came out; counts into context.report.bytes_written.
  /// Errors: kCeilingReached where the context's ceiling leaves no room for it; kWrongAnswer;
  /// kInternal, with what the compiler said, where it failed; kCancelled.
  [[nodiscard]] virtual Result<BuildDone> Run(Context& context) = 0;
};

/// `units` generated C units, each compiled by a call of `cc`, linked, and run.
/// `folder` is empty and stays the caller's. Errors: kUnsupported where cc cannot compile or its
/// programs cannot run; kResourceExhausted; kCancelled.
[[nodiscard]] Result<std::unique_ptr<Build>> PrepareGeneratedBuild(
    Context& context, uint32_t units, const std::filesystem::path& folder);

/// `make` in fresh copies of a tree of sources that is configured and not built. The copying is not
/// timed. Errors: kNotFound where there is no such folder.
[[nodiscard]] Result<std::unique_ptr<Build>> PrepareTreeBuild(const std::filesystem::path& tree,
                                                              const std::filesystem::path& folder);

/// Runs a program of a build in `folder`: a name is looked for in PATH, "./NAME" in the folder. It
/// inherits no compiler's flags, and compiler caches are switched off.
/// Errors: kUnsupported where there is no such program; those of RunToEnd.
[[nodiscard]] Result<ProcessOutput> RunInBuild(const Context& context,
                                               const std::filesystem::path& folder,
                                               std::vector<std::string> argv);

/// Errors: kInternal unless the exit code is 0: "cc ended with 1: " and the line that tells why.
[[nodiscard]] Result<void> CheckEnded(const std::string& name, const ProcessOutput& output);

}  // namespace hypergauge::probes
