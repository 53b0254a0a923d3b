#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace hypergauge::probes {

/// Where CPUID announces a hypervisor; further ones stand in steps of 0x100 above.
constexpr uint32_t kHypervisorLeaf = 0x40000000;
constexpr uint32_t kHypervisorLeafStep = 0x100;
constexpr uint32_t kLastHypervisorLeaf = 0x4000ff00;

struct CpuidSignature {
  std::string bytes;            ///< up to 12, without the NULs at the end
  std::optional<uint32_t> max;  ///< the highest leaf of this base
};

/// Registers of which some may not be known.
struct KnownRegisters {
  std::optional<uint32_t> eax, ebx, ecx, edx;
};

/// The signals of a machine, read from a live one or from a file. An empty optional, and a path
/// that is in none of the sets, mean "not known", which is never taken for "absent".
struct MachineFacts {
  std::string arch;  ///< as of uname -m; empty where not known

  std::optional<bool> hypervisor_bit;             ///< CPUID leaf 1, ECX bit 31
  std::map<uint32_t, CpuidSignature> signatures;  ///< by base leaf
  std::map<uint32_t, KnownRegisters> cpuid;       ///< further leaves

  std::map<std::string, std::string> dmi;  ///< sys_vendor and so on; no serials, no UUID
  std::optional<bool> smbios_vm_bit;       ///< type 0, characteristics extension 2, bit 4

  std::map<std::string, std::string> files;  ///< absolute path -> content, perhaps cut
  std::map<std::string, std::string> links;  ///< absolute path -> target
  std::set<std::string> dirs;                ///< folders that exist
  std::set<std::string> absent;              ///< files and folders that do not exist

  std::optional<std::map<std::string, std::string>> init_environment;  ///< of PID 1
  std::optional<std::map<std::string, std::string>> own_environment;

  std::optional<std::set<std::string>> acpi_hids;
  std::optional<std::string> acpi_oem_id;
  std::optional<std::string> acpi_hypervisor_vendor;  ///< FADT
  std::optional<std::set<std::string>> pci;           ///< "vvvv:dddd", lower case
  std::optional<std::set<std::string>> mac_ouis;      ///< "xx:xx:xx", lower case
  std::optional<int> vmware_backdoor_product;

  std::map<std::string, std::string> unread;  ///< signal -> why it is not known

  /// The content of a file; null where it is absent or not known.
  [[nodiscard]] const std::string* File(const std::string& path) const;
  /// The same as text; empty where there is none.
  [[nodiscard]] std::string_view Text(const std::string& path) const;
  /// A DMI field without blanks at its ends; empty where there is none.
  [[nodiscard]] std::string_view Dmi(const std::string& field) const;
  /// Whether the file, folder or link is there for certain.
  [[nodiscard]] bool Exists(const std::string& path) const;
  /// Whether it, or a folder above it, is not there for certain.
  [[nodiscard]] bool Absent(const std::string& path) const;
  /// Whether nothing but the architecture is known.
  [[nodiscard]] bool Empty() const;
};

}  // namespace hypergauge::probes
