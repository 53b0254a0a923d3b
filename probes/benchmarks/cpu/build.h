#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "probes/benchmark.h"

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

/// The line of a compiler's or make's output that tells why it failed.
[[nodiscard]] std::string TellingLine(const std::string& output);

}  // namespace hypergauge::probes
