#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace hypergauge::bench {

/// What a block device has done since boot.
struct DeviceCounters {
  uint64_t bytes_read = 0;
  uint64_t bytes_written = 0;
};

/// Reads the line of one device out of /proc/diskstats, which counts in sectors of 512 bytes.
/// Errors: kNotFound without the device, kCorrupt for a line with fewer than ten fields.
/// Source: Documentation/admin-guide/iostats.rst of Linux.
[[nodiscard]] Result<DeviceCounters> ParseDiskstats(const std::string& text, unsigned major,
                                                    unsigned minor);

/// Of the device that holds `folder`. Errors: those above; kUnsupported where the folder is on no
/// block device of its own, such as on overlayfs.
[[nodiscard]] Result<DeviceCounters> ReadDeviceCounters(const std::filesystem::path& folder);

}  // namespace hypergauge::bench
