#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hypergauge::probes {

/// Where a controller's folders of this process begin and end.
struct CgroupPlace {
  std::filesystem::path mount;
  std::filesystem::path group;  ///< relative to the mount; empty for the root group
  bool unified = true;          ///< version 2
};

/// Reads `<root>/proc/self/cgroup`; without it, the root group of version 2.
/// controller: "cpu", "cpuset", "memory".
/// Source: cgroups(7), section /proc/PID/cgroup.
[[nodiscard]] CgroupPlace FindCgroup(const std::filesystem::path& root,
                                     const std::string& controller);

/// The folders from the process's own group up to the root group, at most 64.
[[nodiscard]] std::vector<std::filesystem::path> Levels(const CgroupPlace& place);

}  // namespace hypergauge::probes
