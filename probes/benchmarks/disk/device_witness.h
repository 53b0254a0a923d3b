#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/block_device.h"

namespace hypergauge::probes {

/// Compares what a benchmark claims to have read and written with what the device below its
/// folder counted meanwhile. Others' traffic can hide a small cache, never a device that stood
/// still. Where no device is known nothing is confirmed.
class DeviceWitness {
 public:
  DeviceWitness() = default;
  explicit DeviceWitness(std::optional<BlockDevice> device) : device_(std::move(device)) {}

  [[nodiscard]] static DeviceWitness Of(const std::filesystem::path& folder);

  /// From here on the device's traffic counts.
  void Begin();

  /// Whether the device has read and written at least so many bytes since Begin.
  [[nodiscard]] bool Confirms(uint64_t bytes_read, uint64_t bytes_written) const;

  /// Marks the run as cached unless Confirms. Returns for the run's answer which device it was.
  std::string Judge(Context& context, uint64_t bytes_read, uint64_t bytes_written) const;

  [[nodiscard]] const std::optional<BlockDevice>& device() const { return device_; }

 private:
  std::optional<BlockDevice> device_;
  std::optional<DeviceTraffic> before_;
};

}  // namespace hypergauge::probes
