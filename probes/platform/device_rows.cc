// The rows of ACPI and PCI: what only some hypervisors' guests have.
#include "probes/platform/device_rows.h"

#include <algorithm>

#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {

const std::vector<DeviceRow>& AcpiVendorRows() {
  static const std::vector<DeviceRow> kRows = {
      {"MsHyperV", "hyperv", "hyperv", "Linux, arch/arm64/hyperv/mshyperv.c", false},
      {"FIRECKVM", "kvm", "firecracker", "Firecracker, src/acpi-tables/src/fadt.rs", false},
  };
  return kRows;
}

const std::vector<DeviceRow>& AcpiOemRows() {
  static const std::vector<DeviceRow> kRows = {
      {"FIRECK", "kvm", "firecracker", "Firecracker, src/vmm/src/acpi", false},
      {"BOCHS", "qemu", "qemu", "QEMU, include/hw/acpi/aml-build.h", false},
      {"VBOX", "virtualbox", "virtualbox", "VirtualBox, src/VBox/Devices/PC/DevACPI.cpp", false},
      {"Xen", "xen", "xen", "Xen, tools/libacpi/acpi2_0.h", false},
      {"CLOUDH", "kvm", "cloud-hypervisor", "Cloud Hypervisor, vmm/src/acpi.rs", false},
      {"CROSVM", "kvm", "crosvm", "crosvm, x86_64/src/acpi.rs", false},
      {"PRLS", "parallels", "parallels-desktop", "kernel logs of Parallels' guests", false},
      {"BHYVE", "bhyve", "bhyve", "FreeBSD, usr.sbin/bhyve/acpi.c", false},
  };
  return kRows;
}

const std::vector<DeviceRow>& AcpiIdRows() {
  static const std::vector<DeviceRow> kRows = {
      {"QEMU0002", "qemu", "qemu", "QEMU, docs/specs/fw_cfg.rst", false},
      {"AMZNC10C", "kvm", "firecracker", "Linux, drivers/ptp/ptp_vmclock.c", false},
      {"VMBUS", "hyperv", "hyperv", "Linux, drivers/hv/vmbus_drv.c", false},
      {"VMBus", "hyperv", "hyperv", "Linux, drivers/hv/vmbus_drv.c", false},
      {"MSFT1000", "hyperv", "hyperv", "Linux, drivers/hv/vmbus_drv.c", false},
  };
  return kRows;
}

// In order: a guest of QEMU's or VirtualBox' may have VMware's graphics.
const std::vector<DeviceRow>& PciRows() {
  constexpr const char* kPciIds = "pci.ids";
  constexpr const char* kLscpu = "util-linux, lscpu-virt.c";
  static const std::vector<DeviceRow> kRows = {
      {"80ee:", "virtualbox", "virtualbox", kLscpu, false},
      {"15ad:0740", "vmware", "vmware", "Linux, drivers/misc/vmw_vmci/vmci_guest.c", false},
      {"15ad:0710", "vmware", "vmware", kLscpu, false},
      {"15ad:0790", "vmware", "vmware", kPciIds, true},
      {"5853:", "xen", "xen", kLscpu, false},
      {"1414:5353", "hyperv", "hyperv", "Linux, drivers/gpu/drm/hyperv/hyperv_drm_drv.c", false},
      {"1ab8:", "parallels", "parallels-desktop", kPciIds, false},
      {"1234:1111", "qemu", "qemu", "QEMU, docs/specs/standard-vga.rst", false},
      {"1b36:", "qemu", "qemu", "QEMU, docs/specs/pci-ids.rst", false},
      {"15ad:0405", "vmware", "vmware", "Linux, drivers/gpu/drm/vmwgfx/vmwgfx_drv.c", true},
  };
  return kRows;
}

const DeviceRow* AcpiOemRow(const MachineFacts& facts) {
  const auto oem = facts.acpi_oem_id ? Trimmed(*facts.acpi_oem_id) : std::string_view();
  const auto& rows = AcpiOemRows();
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const DeviceRow& row) { return oem == row.id; });
  return found == rows.end() ? nullptr : &*found;
}

std::string VirtualboxDevice(const MachineFacts& facts) {
  if (HasPci(facts, "80ee:")) return "PCI id 80ee:";
  const auto* oem = AcpiOemRow(facts);
  const bool by_oem = oem != nullptr && std::string_view(oem->hypervisor) == "virtualbox";
  return by_oem ? "ACPI OEM id \"VBOX\"" : "";
}

}  // namespace hypergauge::probes
