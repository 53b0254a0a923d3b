#include "probes/platform/dmi_contradictions.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

bool BitIsClear(const MachineFacts& facts) {
  return IsX86(facts) && HypervisorBit(facts) == false;
}

// Without a hypervisor's bit, and without devices that its guests have on PCI. Where nobody looked,
// nothing is lacking.
bool LacksDevices(const MachineFacts& facts, std::initializer_list<std::string_view> devices) {
  if (!BitIsClear(facts) || !facts.pci || facts.pci->empty()) return false;
  return std::none_of(devices.begin(), devices.end(),
                      [&](std::string_view device) { return HasPci(facts, device); });
}

bool NamesHardware(std::string_view vendor, std::initializer_list<std::string_view> own) {
  return !vendor.empty() && std::none_of(own.begin(), own.end(), [&](std::string_view name) {
    return ContainsNoCase(vendor, name);
  });
}

}  // namespace

// Hyper-V sets the bit always, Virtual PC never.
bool IsNoHyperv(const MachineFacts& facts, Under under) {
  return under == kAlone && BitIsClear(facts);
}

// Virtual PC has neither UEFI nor Hyper-V's version, and is no machine of Azure's.
bool IsNoVirtualPc(const MachineFacts& facts, Under /*under*/) {
  return !BitIsClear(facts) || facts.Dmi("product_version") == "7.0" ||
         ContainsNoCase(facts.Dmi("product_version"), "UEFI") ||
         ContainsNoCase(facts.Dmi("bios_version"), "UEFI") ||
         facts.Dmi("chassis_asset_tag") == kAzureTag;
}

// Clouds put their name on machines that they rent out as bare metal as well.
bool IsRentedMetal(const MachineFacts& facts, Under under) {
  return under == kAlone && BitIsClear(facts);
}

// Google sets its name on bare metal too, and the SMBIOS bit nowhere: only CPUID tells.
bool IsGoogleMetal(const MachineFacts& facts, Under under) {
  return under == kAlone && IsX86(facts) && HypervisorBit(facts) != true;
}

// A host whose DMI says "VirtualBox" has the other vendors of a real machine, and its devices.
bool IsNoVirtualbox(const MachineFacts& facts, Under under) {
  if (under != kAlone || HypervisorBit(facts) == true) return false;
  return NamesHardware(facts.Dmi("sys_vendor"), {"innotek", "oracle", "virtualbox"}) ||
         NamesHardware(facts.Dmi("bios_vendor"), {"innotek", "oracle", "virtualbox"}) ||
         LacksDevices(facts, {"80ee:"});
}

bool IsNoVmware(const MachineFacts& facts, Under under) {
  return under == kAlone && LacksDevices(facts, {"15ad:"});
}

bool IsNoXen(const MachineFacts& facts, Under under) {
  return under == kAlone && LacksDevices(facts, {"5853:"});
}

// Without virtio QEMU has at least its graphics: those of its own, or Cirrus Logic's.
bool IsNoQemu(const MachineFacts& facts, Under under) {
  return under == kAlone && !HasHid(facts, "QEMU0002") &&
         LacksDevices(facts, {"1234:", "1b36:", "1af4:", "1013:00b8"});
}

// A board by Oracle alone is VirtualBox' where the user copied the rest of the host's tables: not
// on Oracle's own servers, whose tables KVM may show too, and not in QEMU.
bool IsNoVirtualboxBoard(const MachineFacts& facts, Under /*under*/) {
  for (const char* maker : {"Oracle", "Sun Microsystems", "QEMU"}) {
    if (BeginsNoCase(facts.Dmi("sys_vendor"), maker)) return true;
  }
  return HasHid(facts, "QEMU0002") || HasPci(facts, "1234:") || HasPci(facts, "1b36:");
}

}  // namespace hypergauge::probes
