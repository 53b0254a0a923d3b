#pragma once

#include <filesystem>

#include "hypergauge/v1/node.pb.h"

namespace hypergauge::probes {

/// Reads what predicts performance on a machine, `facts` included (see facts/fact.h), without
/// `noise` and `digest`. What cannot be read stays empty or zero, and a fact is left out: a probe
/// measures on odd machines too.
/// top:      stands in front of /proc, /sys, /etc and /usr, and links do not leave it. Only
///           for "/" is the kernel asked by system calls and the CPU by CPUID; of other roots,
///           files alone tell.
/// platform: of the machine, as DetectPlatform(top) finds it out; it says whose the devices are.
/// work_dir: whose file system and disk are described; need not exist, then its nearest existing
///           parent counts.
/// Source:   proc(5), sysfs(5), os-release(5), statfs(2), uname(2), sched_getaffinity(2).
[[nodiscard]] v1::Environment ReadEnvironment(const std::filesystem::path& top,
                                              const std::filesystem::path& work_dir,
                                              const v1::Platform& platform);

}  // namespace hypergauge::probes
