#pragma once

#include <chrono>
#include <filesystem>

namespace hypergauge::probes {

/// What control groups allow this process, over all levels from its own group to the root.
struct CpuQuota {
  double cpus = 0;                       ///< the least quota / period; 0 where none is set
  std::chrono::nanoseconds throttled{};  ///< that a quota has held tasks back since the group began
};

/// Reads `<root>/proc/self/cgroup` and the cpu controller's files under `<root>/sys/fs/cgroup`,
/// version 2 or 1. What cannot be read sets no limit: a container often sees only its own level.
/// Source: kernel, Documentation/admin-guide/cgroup-v2.rst (cpu.max, cpu.stat);
///         Documentation/scheduler/sched-bwc.rst (cpu.cfs_quota_us, cpu.stat).
[[nodiscard]] CpuQuota ReadCpuQuota(const std::filesystem::path& root);

}  // namespace hypergauge::probes
