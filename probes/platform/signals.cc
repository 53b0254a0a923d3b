#include "probes/platform/signals.h"

#include <array>
#include <cstdio>

#include "probes/platform/fact_text.h"
#include "probes/platform/signature_rows.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kSaid = "said";

std::string Hex(uint32_t value) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "0x%08x", value);
  return digits.data();
}

// Files whose beginning may be shown as it is; of the others only that they are there, or the lines
// that count.
constexpr std::array kShownWhole = {
    "/proc/version",
    "/proc/sys/kernel/osrelease",
    "/proc/xen/capabilities",
    "/sys/hypervisor/type",
    "/sys/hypervisor/guest_type",
    "/sys/hypervisor/properties/features",
    "/sys/hypervisor/version/major",
    "/sys/hypervisor/version/minor",
    "/sys/hypervisor/version/extra",
    "/run/host/container-manager",
    "/run/systemd/container",
};

struct ShownLine {
  const char* path;
  const char* key;
};

constexpr std::array kShownLines = {
    ShownLine{"/proc/cpuinfo", "vendor_id"},
    ShownLine{"/proc/cpuinfo", "model name"},
    ShownLine{"/proc/cpuinfo", "platform"},
    ShownLine{"/proc/cpuinfo", "machine"},
    ShownLine{"/proc/sysinfo", "VM00 Control Program"},
    ShownLine{"/proc/sysinfo", "VM01 Control Program"},
    ShownLine{"/proc/sysinfo", "LPAR Characteristics"},
    ShownLine{"/proc/ppc64/lparcfg", "shared_processor_mode"},
    ShownLine{"/etc/os-release", "ID"},
    ShownLine{"/run/.containerenv", "engine"},
};

std::string FileValue(const std::string& path, const std::string& text) {
  for (const char* whole : kShownWhole) {
    if (path == whole) return Shown(text);
  }
  if (path.ends_with("/compatible")) return Shown(text);
  std::string value;
  for (const auto& line : kShownLines) {
    if (path != line.path) continue;
    if (const auto found = ValueOf(text, line.key)) {
      value += (value.empty() ? "" : ", ") + std::string(line.key) + " " + Shown(*found);
    }
  }
  return value.empty() ? "there, " + std::to_string(text.size()) + " bytes" : value;
}

void AddCpuid(const MachineFacts& facts, std::vector<Signal>& signals) {
  if (facts.hypervisor_bit) {
    signals.push_back({"cpuid hypervisor bit", kSaid, *facts.hypervisor_bit ? "set" : "clear"});
  }
  for (const auto& [base, signature] : facts.signatures) {
    signals.push_back({"cpuid " + Hex(base), kSaid,
                       SignatureEvidence(signature.bytes) +
                           (signature.max ? ", last leaf " + Hex(*signature.max) : "")});
  }
  for (const auto& [leaf, registers] : facts.cpuid) {
    std::string value;
    const std::array<std::pair<const char*, std::optional<uint32_t>>, 4> all = {
        {{"eax", registers.eax},
         {"ebx", registers.ebx},
         {"ecx", registers.ecx},
         {"edx", registers.edx}}};
    for (const auto& [name, content] : all) {
      if (content) value += (value.empty() ? "" : " ") + std::string(name) + " " + Hex(*content);
    }
    signals.push_back({"cpuid " + Hex(leaf), kSaid, value});
  }
}

std::string Joined(const std::set<std::string>& all) {
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : " ") + each;
  return text.empty() ? "none" : Shown(text);
}

void AddFirmware(const MachineFacts& facts, std::vector<Signal>& signals) {
  for (const auto& [field, value] : facts.dmi) {
    const bool hidden = !value.empty() && (field.ends_with("asset_tag") ||
                                           field.ends_with("serial") || field.ends_with("uuid"));
    signals.push_back({"dmi " + Shown(field), kSaid, hidden ? "there, not shown" : Shown(value)});
  }
  if (facts.smbios_vm_bit) {
    signals.push_back({"smbios vm bit", kSaid, *facts.smbios_vm_bit ? "set" : "clear"});
  }
  if (facts.acpi_hids) signals.push_back({"acpi hids", kSaid, Joined(*facts.acpi_hids)});
  if (facts.acpi_oem_id) signals.push_back({"acpi oem id", kSaid, Shown(*facts.acpi_oem_id)});
  if (facts.acpi_hypervisor_vendor) {
    signals.push_back({"acpi hypervisor vendor", kSaid, Shown(*facts.acpi_hypervisor_vendor)});
  }
  if (facts.pci) signals.push_back({"pci", kSaid, Joined(*facts.pci)});
  if (facts.mac_ouis) signals.push_back({"mac prefixes", kSaid, Joined(*facts.mac_ouis)});
  if (facts.vmware_backdoor_product) {
    signals.push_back({"vmware backdoor", kSaid, std::to_string(*facts.vmware_backdoor_product)});
  }
}

// Only the variables that are signals, and of most only that they are set.
void AddEnvironment(const char* whose,
                    const std::optional<std::map<std::string, std::string>>& environment,
                    std::vector<Signal>& signals) {
  if (!environment) return;
  const auto container = environment->find("container");
  signals.push_back({std::string(whose) + " $container", kSaid,
                     container == environment->end() ? "not set" : Shown(container->second)});
  for (const char* name : {"KUBERNETES_SERVICE_HOST", "WSL_DISTRO_NAME", "WSL_INTEROP"}) {
    if (!environment->contains(name)) continue;
    signals.push_back({std::string(whose) + " $" + name, kSaid, "set"});
  }
}

}  // namespace

std::vector<Signal> SignalsOf(const MachineFacts& facts) {
  std::vector<Signal> signals;
  if (!facts.arch.empty()) signals.push_back({"arch", kSaid, Shown(facts.arch)});
  AddCpuid(facts, signals);
  AddFirmware(facts, signals);
  for (const auto& [path, text] : facts.files) {
    signals.push_back({Shown(path), kSaid, FileValue(path, text)});
  }
  for (const auto& path : facts.dirs) signals.push_back({Shown(path), kSaid, "folder"});
  for (const auto& [path, target] : facts.links) {
    signals.push_back({Shown(path), kSaid, Shown(target)});
  }
  AddEnvironment("PID 1's", facts.init_environment, signals);
  AddEnvironment("own", facts.own_environment, signals);
  for (const auto& path : facts.absent) signals.push_back({Shown(path), "absent", ""});
  for (const auto& [name, why] : facts.unread) {
    signals.push_back({Shown(name), "not known", Shown(why)});
  }
  return signals;
}

}  // namespace hypergauge::probes
