// What the firmware shows where no hypervisor signed.
#include "probes/platform/device_rows.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

Layers AskTreeHypervisor(const MachineFacts& facts) {
  const auto compatible = TreeHypervisor(facts);
  if (compatible.empty()) return {};
  const auto evidence = "device tree hypervisor \"" + Shown(compatible) + "\"";
  if (ContainsNoCase(compatible, "linux,kvm")) {
    return {RefineKvm(facts, VmLayer("kvm", "unknown", Confidence::kCertain, evidence))};
  }
  if (ContainsNoCase(compatible, "vmware")) return {VmwareLayer(facts, evidence)};
  if (ContainsNoCase(compatible, "gunyah")) {
    return {VmLayer("gunyah", "gunyah", Confidence::kCertain, evidence)};
  }
  return {UnknownLayer(evidence)};
}

// Clouds' own bare metal carries their name; what tells is that nothing speaks of a hypervisor.
Layers AskRentedMetal(const MachineFacts& facts) {
  const auto metal = [&](const char* product, const char* field, Confidence confidence) -> Layers {
    return {MakeLayer(LayerKind::kMetal, "none", product, confidence, DmiEvidence(facts, field))};
  };
  if (HypervisorBit(facts) == true || !AcpiVendor(facts).empty()) return {};
  if (BeginsNoCase(facts.Dmi("sys_vendor"), "Amazon EC2")) {
    if (ContainsNoCase(facts.Dmi("product_name"), ".metal")) {
      return metal("ec2-metal", "product_name", Confidence::kCertain);
    }
    if (facts.smbios_vm_bit == false) return metal("ec2-metal", "sys_vendor", Confidence::kCertain);
  }
  const bool is_x86 = IsX86(facts);
  if (is_x86 && Lower(facts.Dmi("product_name")) == "google compute engine") {
    return metal("gce-metal", "product_name", Confidence::kHeuristic);
  }
  if (is_x86 && facts.hypervisor_bit == false &&
      BeginsNoCase(facts.Dmi("sys_vendor"), "Alibaba Cloud")) {
    return metal("alibaba-ebm", "sys_vendor", Confidence::kHeuristic);
  }
  return {};
}

// Before QEMU 2.10 its emulator signed nothing, and its CPU carried QEMU's version.
bool IsOldEmulator(const MachineFacts& facts) {
  const auto model = ValueOf(facts.Text("/proc/cpuinfo"), "model name").value_or("");
  constexpr std::string_view kName = "QEMU Virtual CPU version ";
  if (!model.starts_with(kName)) return false;
  const auto version = model.substr(kName.size());
  return version.starts_with("0.") || version.starts_with("1.");
}

Layer QemuLayer(const MachineFacts& facts, std::string product, const std::string& evidence) {
  auto layer = VmLayer("qemu", std::move(product), Confidence::kAcceleratorUnknown, evidence);
  if (IsOldEmulator(facts)) {
    layer.hypervisor = "qemu-tcg";
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.emplace_back("/proc/cpuinfo: QEMU Virtual CPU without KVM's signature");
  } else if (const auto cloud = MatchDmi(facts, kUnderQemu);
             cloud && std::string_view(cloud->row->hypervisor) == "kvm") {
    layer.hypervisor = "kvm";
    layer.product = cloud->row->product;
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.push_back(cloud->evidence);
  } else if (BeginsNoCase(facts.Dmi("product_name"), "KVM") ||
             BeginsNoCase(facts.Dmi("sys_vendor"), "KVM")) {
    // QEMU calls its ARM machine so where KVM runs it.
    layer.hypervisor = "kvm";
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.emplace_back("DMI names KVM");
  }
  return ByProxmoxAddress(facts, std::move(layer));
}

std::string VirtualboxGuestType(const MachineFacts& facts) {
  const auto base = facts.signatures.find(kHypervisorLeaf);
  const bool unsigned_base = base == facts.signatures.end() || base->second.bytes.empty();
  return facts.hypervisor_bit == true && unsigned_base ? "paravirt-minimal" : "";
}

Layers AskDmi(const MachineFacts& facts) {
  const auto dmi = MatchDmi(facts, kAlone);
  if (!dmi) return {};
  const std::string_view word = dmi->row->hypervisor;
  // Its product under its own name, and under that of KVM.
  if (word == "qemu" || std::string_view(dmi->row->product) == "qemu") {
    return {QemuLayer(facts, dmi->row->product, dmi->evidence)};
  }
  auto layer = word == "vmware" ? VmwareLayer(facts, dmi->evidence)
                                : VmLayer(dmi->row->hypervisor, dmi->row->product,
                                          Confidence::kHeuristic, dmi->evidence);
  layer.guest_type = dmi->row->guest_type;
  if (word == "virtualbox") layer.guest_type = VirtualboxGuestType(facts);
  if (word == "bhyve") layer.version = Shown(facts.Dmi("bios_version"));
  if (HasHid(facts, "QEMU0002") && word != "kvm") {
    if (layer.confidence == Confidence::kHeuristic) layer.confidence = Confidence::kLow;
    layer.evidence.emplace_back("contradicted by ACPI id QEMU0002, which only QEMU has");
  }
  return {layer};
}

Layers AskTree(const MachineFacts& facts) {
  if (TreeHas(facts, "amazon,vmclock")) {
    return {VmLayer("kvm", "firecracker", Confidence::kHeuristic, "device tree amazon,vmclock")};
  }
  for (const char* name : {"qemu,fw-cfg-mmio", "riscv-virtio"}) {
    if (TreeHas(facts, name)) return {QemuLayer(facts, "qemu", std::string("device tree ") + name)};
  }
  if (TreeHasNode(facts, "fw-cfg")) return {QemuLayer(facts, "qemu", "device tree node fw-cfg")};
  if (!TreeHas(facts, "linux,dummy-virt")) return {};
  if (TreeHas(facts, "microsoft,vmgenid")) {
    return {VmLayer("kvm", "firecracker", Confidence::kHeuristic,
                    "device tree linux,dummy-virt with microsoft,vmgenid, no fw-cfg")};
  }
  auto layer = VmLayer("kvm", "kvmtool", Confidence::kLow,
                       "device tree linux,dummy-virt, which several hypervisors share");
  layer.hint = "firecracker";
  return {layer};
}

Layers DeviceLayer(const MachineFacts& facts, const DeviceRow& row, const std::string& evidence) {
  const std::string_view word = row.hypervisor;
  if (word == "vmware") return {VmwareLayer(facts, evidence)};
  if (word == "qemu") {
    return {QemuLayer(
        facts,
        HasNoDmi(facts) && IsX86(facts) && HasHid(facts, "QEMU0002") ? "qemu-microvm" : "qemu",
        evidence)};
  }
  return {VmLayer(row.hypervisor, row.product, Confidence::kHeuristic, evidence)};
}

Layers AskAcpi(const MachineFacts& facts) {
  for (const auto& row : AcpiVendorRows()) {
    if (AcpiVendor(facts) != row.id) continue;
    return DeviceLayer(facts, row, std::string("ACPI hypervisor vendor ") + row.id);
  }
  if (const auto* row = AcpiOemRow(facts)) {
    return DeviceLayer(facts, *row, std::string("ACPI OEM id \"") + row->id + "\"");
  }
  for (const auto& row : AcpiIdRows()) {
    if (!HasHid(facts, row.id)) continue;
    // The clock device of Firecracker's: other machines that have DMI may get it too.
    if (std::string_view(row.product) == "firecracker" && !MayLackDmi(facts)) continue;
    return DeviceLayer(facts, row, std::string("ACPI id ") + row.id);
  }
  if (MayLackDmi(facts) && (HasHid(facts, "LNRO0005") || HasHid(facts, "VMGENCTR"))) {
    return {VmLayer("kvm", "firecracker", Confidence::kHeuristic,
                    std::string("ACPI id LNRO0005 or VMGENCTR, no QEMU0002") +
                        (HasNoDmi(facts) ? ", no DMI" : ""))};
  }
  return {};
}

Layers AskModules(const MachineFacts& facts) {
  if (!HasModule(facts.Text("/proc/modules"), "vboxguest") || facts.hypervisor_bit == false) {
    return {};
  }
  return {VmLayer("virtualbox", "virtualbox", Confidence::kHeuristic, "module vboxguest")};
}

Layers AskPci(const MachineFacts& facts) {
  // Without the bit these devices are passed through or made by a card.
  if (facts.hypervisor_bit == false) return {};
  for (const auto& row : PciRows()) {
    if (!HasPci(facts, row.id) || (row.needs_bit && HypervisorBit(facts) != true)) continue;
    return DeviceLayer(facts, row, std::string("PCI id ") + row.id);
  }
  if (!HasPci(facts, "1af4:")) return {};
  return {UnknownLayer("virtio devices, PCI id 1af4")};
}

Layers AskQemuCpu(const MachineFacts& facts) {
  const auto model = ValueOf(facts.Text("/proc/cpuinfo"), "model name").value_or("");
  // QEMU's models kvm64 and kvm32. The emulator may carry them too, but nobody has reason to.
  if ((model == "Common KVM processor" || model == "Common 32-bit KVM processor") &&
      facts.hypervisor_bit != false) {
    return {ByProxmoxAddress(
        facts, VmLayer("kvm", "qemu", Confidence::kLow, "/proc/cpuinfo: " + Shown(model)))};
  }
  if (!model.starts_with("QEMU Virtual CPU") && !model.starts_with("QEMU TCG CPU")) return {};
  return {QemuLayer(facts, HasNoDmi(facts) ? "qemu-microvm" : "qemu",
                    "/proc/cpuinfo: " + Shown(model))};
}

}  // namespace

std::vector<DetectionRow> FirmwareRows() {
  return {
      {"tree-hypervisor", "device tree /hypervisor",
       "kvm, vmware or gunyah / by what else is there",
       "systemd, src/basic/virt.c, detect_vm_device_tree", AskTreeHypervisor},
      {"rented-metal", "DMI of a cloud without any sign of a hypervisor",
       "none / ec2-metal, gce-metal, alibaba-ebm",
       "systemd issue 18929 and pull request 38125; virt-what", AskRentedMetal},
      {"dmi", "DMI alone", "by the table of DMI rows", "see the DMI rows below", AskDmi},
      {"tree", "device tree: what the nodes are compatible with",
       "kvm / firecracker or kvmtool, qemu / qemu",
       "Firecracker, src/vmm/src/arch/aarch64/fdt.rs; virt-what", AskTree},
      {"acpi", "ACPI hypervisor vendor, OEM and hardware ids",
       "by the tables of ACPI; firecracker by the ids of a small machine without DMI",
       "see ACPI below; Firecracker, src/vmm/src/acpi", AskAcpi},
      {"modules", "/proc/modules", "virtualbox / virtualbox by vboxguest",
       "ohai, lib/ohai/plugins/linux/virtualization.rb", AskModules},
      {"pci", "PCI ids", "by the table of PCI ids, or unknown by virtio", "see PCI below", AskPci},
      {"qemu-cpu", "/proc/cpuinfo model name",
       "qemu, qemu-tcg before 2.0, or kvm by its common processor / qemu",
       "QEMU, target/i386/cpu.c; ohai, lib/ohai/plugins/linux/virtualization.rb", AskQemuCpu},
  };
}

}  // namespace hypergauge::probes
