#pragma once

#include <filesystem>

namespace hypergauge::probes {

/// Mean of what the CPUs run at now, in hertz; 0 where the kernel does not tell, as in most guests.
/// Source: <sys_root>/devices/system/cpu/cpu*/cpufreq/scaling_cur_freq (kernel,
/// Documentation/admin-guide/pm/cpufreq.rst), in kHz.
[[nodiscard]] double ReadCpuFrequency(const std::filesystem::path& sys_root);

}  // namespace hypergauge::probes
