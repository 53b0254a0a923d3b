#pragma once

#include <string>

namespace hypergauge::probes {

/// Who made a compiler, and which one it is: figures of different ones cannot be compared.
struct CompilerName {
  std::string name;     ///< gcc, clang, or the first word of what it says
  std::string version;  ///< "12.2.0", or "unknown"
};

/// From the output of `cc --version`.
[[nodiscard]] CompilerName ParseCompilerName(const std::string& output);

}  // namespace hypergauge::probes
