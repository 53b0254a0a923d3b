#pragma once

#include <string>
#include <vector>

#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// What a hypervisor gives its guests: a table's maker in ACPI, a device in ACPI or on PCI.
struct DeviceRow {
  const char* id;  ///< ACPI: OEM id, vendor or hardware id; PCI: the beginning of vendor:device
  const char* hypervisor;
  const char* product;
  const char* source;
  /// Whether it counts only where the hypervisor's bit is known to be set: others make it as well.
  bool needs_bit;
};

[[nodiscard]] const std::vector<DeviceRow>& AcpiVendorRows();  ///< FADT, hypervisor vendor
[[nodiscard]] const std::vector<DeviceRow>& AcpiOemRows();     ///< FADT, OEM id
[[nodiscard]] const std::vector<DeviceRow>& AcpiIdRows();      ///< hardware ids
[[nodiscard]] const std::vector<DeviceRow>& PciRows();

/// The row of the OEM id that the ACPI tables have; null where no row knows it.
[[nodiscard]] const DeviceRow* AcpiOemRow(const MachineFacts& facts);

/// A device or table that only VirtualBox has, for people; empty where there is none.
[[nodiscard]] std::string VirtualboxDevice(const MachineFacts& facts);

}  // namespace hypergauge::probes
