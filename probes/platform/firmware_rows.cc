// What the firmware shows where no hypervisor signed.
#include <array>

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
  return {VmLayer("unknown", "unknown", Confidence::kLow, evidence)};
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

struct DeviceSign {
  const char* id;  // ACPI: OEM or hardware id; PCI: the beginning of vendor:device
  const char* hypervisor;
  const char* product;
};

Layers DeviceLayer(const MachineFacts& facts, const DeviceSign& sign, const std::string& evidence) {
  const std::string_view word = sign.hypervisor;
  if (word == "vmware") return {VmwareLayer(facts, evidence)};
  if (word == "qemu") {
    return {QemuLayer(
        facts,
        HasNoDmi(facts) && IsX86(facts) && HasHid(facts, "QEMU0002") ? "qemu-microvm" : "qemu",
        evidence)};
  }
  return {VmLayer(sign.hypervisor, sign.product, Confidence::kHeuristic, evidence)};
}

Layers AskAcpi(const MachineFacts& facts) {
  constexpr std::array kOems = {
      DeviceSign{"FIRECK", "kvm", "firecracker"},           DeviceSign{"BOCHS", "qemu", "qemu"},
      DeviceSign{"VBOX", "virtualbox", "virtualbox"},       DeviceSign{"Xen", "xen", "xen"},
      DeviceSign{"CLOUDH", "kvm", "cloud-hypervisor"},      DeviceSign{"CROSVM", "kvm", "crosvm"},
      DeviceSign{"PRLS", "parallels", "parallels-desktop"}, DeviceSign{"BHYVE", "bhyve", "bhyve"},
  };
  constexpr std::array kIds = {
      DeviceSign{"QEMU0002", "qemu", "qemu"},     DeviceSign{"AMZNC10C", "kvm", "firecracker"},
      DeviceSign{"VMBUS", "hyperv", "hyperv"},    DeviceSign{"VMBus", "hyperv", "hyperv"},
      DeviceSign{"MSFT1000", "hyperv", "hyperv"},
  };
  constexpr std::array kVendors = {
      DeviceSign{"MsHyperV", "hyperv", "hyperv"},
      DeviceSign{"FIRECKVM", "kvm", "firecracker"},
  };
  for (const auto& sign : kVendors) {
    if (AcpiVendor(facts) == sign.id) {
      return DeviceLayer(facts, sign, std::string("ACPI hypervisor vendor ") + sign.id);
    }
  }
  const auto oem = facts.acpi_oem_id ? Trimmed(*facts.acpi_oem_id) : std::string_view();
  for (const auto& sign : kOems) {
    if (oem == sign.id) return DeviceLayer(facts, sign, "ACPI OEM id \"" + Shown(oem) + "\"");
  }
  for (const auto& sign : kIds) {
    if (!HasHid(facts, sign.id)) continue;
    // The clock device of Firecracker's: other machines that have DMI may get it too.
    if (std::string_view(sign.product) == "firecracker" && !MayLackDmi(facts)) continue;
    return DeviceLayer(facts, sign, std::string("ACPI id ") + sign.id);
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
  constexpr std::array kDevices = {
      DeviceSign{"80ee:", "virtualbox", "virtualbox"},
      DeviceSign{"15ad:0740", "vmware", "vmware"},
      DeviceSign{"5853:", "xen", "xen"},
      DeviceSign{"1414:5353", "hyperv", "hyperv"},
      DeviceSign{"1ab8:", "parallels", "parallels-desktop"},
      DeviceSign{"1234:1111", "qemu", "qemu"},
      DeviceSign{"1b36:", "qemu", "qemu"},
  };
  // Without the bit these devices are passed through or made by a card.
  if (facts.hypervisor_bit == false) return {};
  for (const auto& sign : kDevices) {
    if (HasPci(facts, sign.id)) {
      return DeviceLayer(facts, sign, std::string("PCI id ") + sign.id);
    }
  }
  if (!HasPci(facts, "1af4:")) return {};
  return {VmLayer("unknown", "unknown", Confidence::kLow, "virtio devices, PCI id 1af4")};
}

Layers AskQemuCpu(const MachineFacts& facts) {
  const auto model = ValueOf(facts.Text("/proc/cpuinfo"), "model name").value_or("");
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
       "qemu, firecracker, virtualbox, hyperv and others",
       "Firecracker, src/vmm/src/acpi; QEMU, hw/i386/fw_cfg.c; Linux, drivers/hv/vmbus_drv.c, "
       "arch/arm64/hyperv/mshyperv.c",
       AskAcpi},
      {"modules", "/proc/modules", "virtualbox / virtualbox by vboxguest",
       "ohai, lib/ohai/plugins/linux/virtualization.rb", AskModules},
      {"pci", "PCI ids", "virtualbox, vmware, xen, hyperv, parallels, qemu, or unknown by virtio",
       "pci.ids; util-linux, lscpu-virt.c", AskPci},
      {"qemu-cpu", "/proc/cpuinfo model name", "qemu, or qemu-tcg before 2.0 / qemu",
       "QEMU, target/i386/cpu.c", AskQemuCpu},
  };
}

}  // namespace hypergauge::probes
