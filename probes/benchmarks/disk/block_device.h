#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace hypergauge::probes {

/// A block device, or a partition of one, as the kernel shows it.
struct BlockDevice {
  std::string name;              ///< "vda1", "dm-0", "loop3"
  std::filesystem::path folder;  ///< below <root>/sys/devices
};

/// What a device has moved since it appeared.
struct DeviceTraffic {
  uint64_t bytes_read = 0;
  uint64_t bytes_written = 0;
};

/// The device below `folder`, whose st_dev is `number`: by its number, or, where a file system
/// has numbers of its own (btrfs), by the source of the mount. Of several devices it is the first.
/// Errors: kUnsupported where there is none, as for overlay, network and memory file systems.
/// Source: <root>/sys/dev/block, <root>/proc/self/mountinfo (proc(5)).
[[nodiscard]] Result<BlockDevice> FindBlockDevice(const std::filesystem::path& folder, dev_t number,
                                                  const std::filesystem::path& root = "/");

/// The same, with the number that stat(2) gives.
[[nodiscard]] Result<BlockDevice> FindBlockDevice(const std::filesystem::path& folder);

/// Errors: kNotFound without the file; kCorrupt where it is no list of numbers.
/// Source: the file "stat", kernel: Documentation/block/stat.rst; sectors are of 512 bytes.
[[nodiscard]] Result<DeviceTraffic> ReadTraffic(const BlockDevice& device);

/// What the device says of its own cache: "write back", "write through", or "unknown".
/// Source: the file "queue/write_cache", kernel: Documentation/ABI/stable/sysfs-block.
[[nodiscard]] std::string ReadWriteCache(const BlockDevice& device);

}  // namespace hypergauge::probes
