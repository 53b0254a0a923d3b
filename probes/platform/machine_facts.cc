#include "probes/platform/machine_facts.h"

#include <algorithm>

#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

// Whether `paths` holds the path or something below it.
template <typename Paths, typename KeyOf>
bool HoldsOrBelow(const Paths& paths, const std::string& path, const KeyOf& key_of) {
  if (paths.contains(path)) return true;
  const auto below = paths.lower_bound(path + "/");
  return below != paths.end() && key_of(*below).starts_with(path + "/");
}

}  // namespace

const std::string* MachineFacts::File(const std::string& path) const {
  const auto found = files.find(path);
  return found == files.end() ? nullptr : &found->second;
}

std::string_view MachineFacts::Text(const std::string& path) const {
  const auto* content = File(path);
  return content == nullptr ? std::string_view() : std::string_view(*content);
}

std::string_view MachineFacts::Dmi(const std::string& field) const {
  const auto found = dmi.find(field);
  return found == dmi.end() ? std::string_view() : Trimmed(found->second);
}

bool MachineFacts::Exists(const std::string& path) const {
  const auto key_of = [](const auto& entry) -> const std::string& { return entry.first; };
  if (path == "/sys/class/dmi/id" && !dmi.empty()) return true;
  return HoldsOrBelow(files, path, key_of) || HoldsOrBelow(links, path, key_of) ||
         HoldsOrBelow(dirs, path,
                      [](const std::string& entry) -> const std::string& { return entry; });
}

bool MachineFacts::Absent(const std::string& path) const {
  if (Exists(path)) return false;
  return std::any_of(absent.begin(), absent.end(), [&](const std::string& gone) {
    return path == gone || path.starts_with(gone + "/");
  });
}

bool MachineFacts::Empty() const {
  return !hypervisor_bit && signatures.empty() && cpuid.empty() && dmi.empty() && !smbios_vm_bit &&
         files.empty() && links.empty() && dirs.empty() && !acpi_hids && !pci && !acpi_oem_id &&
         !acpi_hypervisor_vendor && !mac_ouis && !vmware_backdoor_product;
}

}  // namespace hypergauge::probes
