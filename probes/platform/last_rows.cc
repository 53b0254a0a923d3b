// What is left when nobody is known by name.
#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

Layers AskUnknownSignature(const MachineFacts& facts) {
  const auto bytes = UnknownSignature(facts);
  if (!bytes) return {};
  return {UnknownSignatureLayer(*bytes)};
}

Layers AskSysfsType(const MachineFacts& facts) {
  const auto type = Trimmed(facts.Text("/sys/hypervisor/type"));
  if (type.empty()) return {};
  return {UnknownLayer("/sys/hypervisor/type is " + Shown(type))};
}

// ACPI 6.5, 5.2.9: hardware leaves it empty.
Layers AskAcpiVendor(const MachineFacts& facts) {
  const auto vendor = AcpiVendor(facts);
  if (vendor.empty()) return {};
  return {UnknownLayer("ACPI hypervisor vendor " + QuotedBytes(vendor))};
}

Layers AskBit(const MachineFacts& facts) {
  if (HypervisorBit(facts) != true) return {};
  return {UnknownLayer("the hypervisor bit of CPUID, without a signature")};
}

Layers AskSmbiosBit(const MachineFacts& facts) {
  if (facts.smbios_vm_bit != true) return {};
  return {UnknownLayer("SMBIOS says that it is a virtual machine")};
}

bool IsProxmoxHost(const MachineFacts& facts) {
  const auto release = Trimmed(facts.Text("/proc/sys/kernel/osrelease"));
  return facts.Exists("/etc/pve") || release.ends_with("-pve");
}

// How much of what would betray a hypervisor was looked at.
Confidence MetalConfidence(const MachineFacts& facts) {
  if (facts.hypervisor_bit == false && !LyingDmi(facts)) return Confidence::kCertain;
  if (facts.hypervisor_bit == false || !facts.dmi.empty()) return Confidence::kHeuristic;
  return Confidence::kLow;
}

Layers AskMetal(const MachineFacts& facts) {
  if (facts.Empty()) return {};
  auto layer = MakeLayer(
      LayerKind::kMetal, "none", "none", MetalConfidence(facts),
      facts.hypervisor_bit == false ? "CPUID: no hypervisor bit" : "no sign of a hypervisor");
  if (IsProxmoxHost(facts)) {
    layer.product = "proxmox-ve-host";
    layer.evidence.emplace_back(facts.Exists("/etc/pve") ? "/etc/pve exists"
                                                         : "the kernel is Proxmox VE's");
  } else if (facts.Exists("/proc/vz") && facts.Exists("/proc/bc")) {
    layer.product = "openvz-host";
    layer.evidence.emplace_back("/proc/vz and /proc/bc exist");
  }
  if (const auto dmi = LyingDmi(facts)) {
    layer.confidence = Confidence::kLow;
    layer.evidence.push_back("contradicted by " + dmi->evidence + ", which nothing else confirms");
  }
  return {layer};
}

Layers AskNothing(const MachineFacts& facts) {
  if (!facts.Empty()) return {};
  return {MakeLayer(LayerKind::kUnknown, "unknown", "unknown", Confidence::kLow,
                    "no signal could be read")};
}

}  // namespace

std::vector<DetectionRow> LastRows() {
  return {
      {"unknown-signature", "CPUID: bytes that no row knows", "unknown / unknown, with the bytes",
       "Linux, arch/x86/kernel/cpu/hypervisor.c", AskUnknownSignature},
      {"hypervisor-type", "/sys/hypervisor/type with a word that no row knows", "unknown / unknown",
       "systemd, src/basic/virt.c, detect_vm_hypervisor", AskSysfsType},
      {"acpi-vendor", "ACPI FADT, hypervisor vendor, with a word that no row knows",
       "unknown / unknown, with the bytes", "ACPI 6.5, 5.2.9", AskAcpiVendor},
      {"hypervisor-bit", "CPUID leaf 1 ECX bit 31, flag hypervisor", "unknown / unknown",
       "Intel SDM vol. 2A; AMD APM vol. 3", AskBit},
      {"smbios-bit", "SMBIOS type 0, characteristics extension 2, bit 4", "unknown / unknown",
       "DMTF DSP0134, 7.1.2.2", AskSmbiosBit},
      {"metal", "nothing of the above", "none / none, proxmox-ve-host, openvz-host",
       "systemd, src/basic/virt.c", AskMetal},
      {"nothing", "no signal at all", "unknown / unknown", "this project", AskNothing},
  };
}

}  // namespace hypergauge::probes
