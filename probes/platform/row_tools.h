#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/detection_row.h"
#include "probes/platform/dmi_rows.h"

/// What several files of rows need.
namespace hypergauge::probes {

using Layers = std::vector<Layer>;

[[nodiscard]] Layer MakeLayer(LayerKind kind, std::string hypervisor, std::string product,
                              Confidence confidence, std::string evidence);
[[nodiscard]] Layer VmLayer(std::string hypervisor, std::string product, Confidence confidence,
                            std::string evidence);

/// Adds the request to report what no row knows.
void AskForReport(Layer& layer);

/// A hypervisor that no row knows, with that request.
[[nodiscard]] Layer UnknownLayer(std::string evidence);
[[nodiscard]] Layer UnknownSignatureLayer(std::string_view bytes);

/// `"Nova Hv", bytes 4e 6f ...`: what nobody knows, so that a report of it tells everything.
[[nodiscard]] std::string QuotedBytes(std::string_view bytes);

/// The FADT's hypervisor vendor without blanks and NULs; empty where there is none.
[[nodiscard]] std::string_view AcpiVendor(const MachineFacts& facts);

/// Whether the ACPI namespace has a device of that id.
[[nodiscard]] bool HasHid(const MachineFacts& facts, const std::string& hid);

/// Whether a node of the device tree is compatible with that; properties are NUL-separated lists.
[[nodiscard]] bool TreeHas(const MachineFacts& facts, std::string_view compatible);

/// Whether a node right below the root of the device tree begins so: "fw-cfg".
[[nodiscard]] bool TreeHasNode(const MachineFacts& facts, std::string_view part);

/// "linux,kvm" of /proc/device-tree/hypervisor/compatible, all in one; empty where there is none.
[[nodiscard]] std::string_view TreeHypervisor(const MachineFacts& facts);

/// Whether some PCI device begins so: "1af4:", "1234:1111".
[[nodiscard]] bool HasPci(const MachineFacts& facts, std::string_view prefix);

/// Whether the firmware has no SMBIOS at all, for certain.
[[nodiscard]] bool HasNoDmi(const MachineFacts& facts);

/// Whether nothing is known of an SMBIOS, though perhaps nobody looked.
[[nodiscard]] bool MayLackDmi(const MachineFacts& facts);

/// Proxmox VE as the product where its addresses are the only ones to tell who started QEMU.
[[nodiscard]] Layer ByProxmoxAddress(const MachineFacts& facts, Layer layer);

/// The product of a machine under KVM or QEMU whose hypervisor is certain: by DMI, by ACPI, by
/// devices; "unknown" where nothing says. `fallback` is what the hypervisor itself is called.
[[nodiscard]] Layer RefineKvm(const MachineFacts& facts, Layer layer);

/// VMware's product by its backdoor; vmware/product-unknown where it was not asked or where a rival
/// might have answered.
[[nodiscard]] Layer VmwareLayer(const MachineFacts& facts, const std::string& evidence);

/// Whether only VMware can be behind the signs of it that there are: otherwise its backdoor must
/// not be asked, for QEMU answers as ESX.
[[nodiscard]] bool MayAskVmware(const MachineFacts& facts);

/// Each file of rows, in the order in which HypervisorRows asks them.
[[nodiscard]] std::vector<DetectionRow> KernelRows();     ///< User Mode Linux, Lx86, Xen, Jailhouse
[[nodiscard]] std::vector<DetectionRow> MainframeRows();  ///< s390, POWER, SPARC
[[nodiscard]] std::vector<DetectionRow> CpuidRows();
[[nodiscard]] std::vector<DetectionRow> FirmwareRows();  ///< device tree, DMI, ACPI, PCI
[[nodiscard]] std::vector<DetectionRow> LastRows();      ///< unknown ones, and bare metal

}  // namespace hypergauge::probes
