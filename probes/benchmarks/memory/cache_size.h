#pragma once

#include <cstdint>
#include <filesystem>

namespace hypergauge::probes {

/// The caches of the highest level that hold data.
struct LastLevelCache {
  uint64_t largest = 0;  ///< bytes of the largest one, which one CPU can use
  uint64_t total = 0;    ///< bytes of all of them together
};

/// 32 MiB where the machine does not tell.
/// Source: the kernel's ABI/testing/sysfs-devices-system-cpu, cpuX/cache/indexX.
[[nodiscard]] LastLevelCache ReadLastLevelCache(const std::filesystem::path& root = "/");

}  // namespace hypergauge::probes
