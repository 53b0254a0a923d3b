#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "probes/platform/cpuid.h"
#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// What no file tells. Empty members are not asked, and are "not known".
struct MachineSource {
  std::string arch;  ///< where empty, /proc/sys/kernel/arch is asked
  Cpuid cpuid;
  std::function<std::optional<int>()> vmware_backdoor;
  std::optional<std::map<std::string, std::string>> environment;  ///< this process' own
};

/// This machine's.
[[nodiscard]] MachineSource ThisMachine();

/// Reads the signals of the machine whose /proc, /sys, /dev, /etc and /run stand under `root`,
/// which links do not leave. Never fails: what cannot be read is named with the reason in `unread`.
/// Of each file at most 256 KiB are read, of each folder at most 4096 entries; serials and UUIDs of
/// DMI are left alone.
[[nodiscard]] MachineFacts ReadMachineFacts(const std::filesystem::path& root,
                                            const MachineSource& source);

/// The hypervisors' bases of CPUID, and the leaves of Microsoft's and Xen's that tell more.
void ReadCpuidFacts(const Cpuid& cpuid, MachineFacts& facts);

}  // namespace hypergauge::probes
