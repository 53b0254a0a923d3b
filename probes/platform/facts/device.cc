#include "probes/platform/facts/device.h"

#include <algorithm>
#include <array>

#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

constexpr std::array<std::string_view, 13> kParavirtual = {
    "gve",          "hv_netvsc",    "hv_storvsc",  "ibmveth",    "ibmvscsi",
    "virtio_blk",   "virtio_net",   "virtio_scsi", "vmw_pvscsi", "vmxnet3",
    "xen-blkfront", "xen-netfront", "virtio_pmem"};

// What QEMU, VMware, VirtualBox, Virtual PC and Hyper-V imitate.
constexpr std::array<std::string_view, 21> kEmulated = {
    "8139cp",   "8139too",  "BusLogic",    "PIIX_IDE", "ahci",      "am53c974",     "ata_generic",
    "ata_piix", "de2104x",  "e1000",       "e1000e",   "igb",       "megaraid_sas", "mptsas",
    "mptspi",   "ne2k-pci", "pata_legacy", "pcnet32",  "sym53c8xx", "tulip",        "usb-storage"};

// Of disks behind a driver that real ones use in the same way.
constexpr std::array<std::string_view, 4> kEmulatedModels = {"ORCL-VBOX-NVME", "QEMU", "VBOX",
                                                             "VMware"};

template <typename List>
bool Has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

std::string DriverOf(const Rooted& device) {
  auto name = LinkName(device / "driver");
  if (name == "vif") return "xen-netfront";
  if (name == "vbd") return "xen-blkfront";
  return name;
}

std::string KindOf(std::string_view driver, std::string_view model, bool is_guest) {
  if (Has(kParavirtual, driver)) return "paravirtual";
  if (!is_guest) return "physical";
  if (Has(kEmulated, driver)) return "emulated";
  const bool imitated = std::any_of(kEmulatedModels.begin(), kEmulatedModels.end(),
                                    [&](std::string_view each) { return model.starts_with(each); });
  return imitated ? "emulated" : "passthrough";
}

}  // namespace hypergauge::probes::facts
