#pragma once

#include <filesystem>
#include <string>

namespace hypergauge::probes {

/// What tells this machine from its copies. Every part is empty where it cannot be read, which
/// says nothing; no part gives away a UUID. Source beside each reader in the .cc file.
struct MachineIdentity {
  /// SHA-256 in hexadecimal of the UUID that the hypervisor or the firmware gave the machine.
  std::string uuid_digest = {};
  /// SHA-256 in hexadecimal of the generation GUID, which the hypervisor changes when it clones the
  /// machine or sets it back to a snapshot; it outlives reboots.
  std::string generation = {};
  /// SHA-256 in hexadecimal of this boot's random id: copies of a running machine share it.
  std::string boot = {};
  /// How often the machine was loaded from a saved state during this boot, where the hypervisor
  /// counts it. Begins anew with each boot.
  std::string restores = {};

  bool operator==(const MachineIdentity&) const = default;
};

/// Reads below `root`; needs privileges for some parts and never blocks. Inside of a container all
/// of this is the host's: do not ask there.
[[nodiscard]] MachineIdentity ReadMachineIdentity(const std::filesystem::path& root);

/// Why `now` must be another machine than `before`, or one that was set back, for people; empty
/// where nothing says so. Only what both know decides.
[[nodiscard]] std::string WhyAnotherMachine(const MachineIdentity& before,
                                            const MachineIdentity& now);

}  // namespace hypergauge::probes
