#pragma once

#include <filesystem>

#include "base/result.h"

namespace hypergauge::exporter {

/// What this process takes, for the process_* metrics that all Prometheus clients export.
struct ProcessMetrics {
  double cpu_seconds = 0;         ///< user + system, all threads
  double start_time_seconds = 0;  ///< since 1970
  double virtual_bytes = 0;
  double resident_bytes = 0;
  double open_descriptors = 0;
  double max_descriptors = 0;  ///< the soft limit; +Inf where there is none
};

/// Reads `<proc_root>/self/{stat,limits,fd}` and `<proc_root>/stat`.
/// Unit:    clock ticks (sysconf(_SC_CLK_TCK) a second) and pages become seconds and bytes.
/// Errors:  kNotFound when a file is absent, kUnsupported when it reads otherwise than expected.
/// Source:  proc(5).
[[nodiscard]] Result<ProcessMetrics> ReadProcessMetrics(const std::filesystem::path& proc_root);

}  // namespace hypergauge::exporter
