#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::probes {

/// CPU time of the whole machine since boot; all members count from zero.
struct CpuTimes {
  std::chrono::nanoseconds busy{};        ///< of processes: user + nice + system
  std::chrono::nanoseconds interrupts{};  ///< irq + softirq, on nobody's account
  std::chrono::nanoseconds steal{};       ///< runnable, but the hypervisor ran someone else
  int cpus = 0;                           ///< online ones, which is how many "cpuN" lines there are
};

/// Reads the "cpu" lines of `<proc_root>/stat`.
/// Unit:    kernel ticks, 1/sysconf(_SC_CLK_TCK) s, converted to nanoseconds.
/// Errors:  kNotFound when the file is absent; kUnsupported with fewer than 8 fields; kCorrupt for
///          what is no number; all name the file.
/// Source:  proc(5), section /proc/stat.
[[nodiscard]] Result<CpuTimes> ReadCpuTimes(const std::filesystem::path& proc_root);

/// The same of the text; `file` is named in errors.
[[nodiscard]] Result<CpuTimes> ParseCpuTimes(std::string_view stat, const std::string& file);

}  // namespace hypergauge::probes
