#pragma once

#include <filesystem>

#include "hypergauge/v1/node.pb.h"

namespace hypergauge::probes {

/// Reads the facts of this machine that predict performance. What cannot be read stays empty or
/// zero: a probe measures on odd machines too.
/// root:     stands in front of /proc, /sys and /etc.
/// work_dir: whose file system is named; need not exist, then its nearest existing parent counts.
/// Source:   proc(5), os-release(5), statfs(2), uname(2), sched_getaffinity(2).
[[nodiscard]] v1::Environment ReadEnvironment(const std::filesystem::path& root,
                                              const std::filesystem::path& work_dir);

}  // namespace hypergauge::probes
