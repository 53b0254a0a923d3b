// What the hypervisor signs in CPUID.
#include <cstdio>

#include "probes/platform/device_rows.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

// Microsoft's leaves stand at the first base always.
constexpr uint32_t kVersionLeaf = 0x40000002;
constexpr uint32_t kPrivilegesLeaf = 0x40000003;
constexpr uint32_t kHintsLeaf = 0x40000004;
constexpr uint32_t kCreatePartitions = uint32_t{1} << 0U;
constexpr uint32_t kCpuManagement = uint32_t{1} << 12U;
constexpr uint32_t kIsolation = uint32_t{1} << 22U;
constexpr uint32_t kNested = uint32_t{1} << 12U;

KnownRegisters Registers(const MachineFacts& facts, uint32_t leaf) {
  const auto found = facts.cpuid.find(leaf);
  return found == facts.cpuid.end() ? KnownRegisters{} : found->second;
}

const SignatureRow* SignatureUnder(const MachineFacts& facts, Under under) {
  const auto* row = DecidingSignature(facts);
  return row != nullptr && row->under == under ? row : nullptr;
}

Layers AskKvm(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderKvm);
  if (row == nullptr) return {};
  return {RefineKvm(
      facts, VmLayer("kvm", "unknown", Confidence::kCertain, SignatureEvidence(row->bytes)))};
}

Layers AskVmware(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderVmware);
  if (row == nullptr) return {};
  return {VmwareLayer(facts, SignatureEvidence(row->bytes))};
}

Layers AskVirtualbox(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderVirtualbox);
  if (row == nullptr) return {};
  auto layer =
      VmLayer("virtualbox", "virtualbox", Confidence::kCertain, SignatureEvidence(row->bytes));
  layer.guest_type = "paravirt-hyperv";
  return {layer};
}

// "10.0.20348".
std::string HypervVersion(const MachineFacts& facts) {
  const auto version = Registers(facts, kVersionLeaf);
  if (!version.eax || !version.ebx) return "";
  return std::to_string(*version.ebx >> 16U) + "." + std::to_string(*version.ebx & 0xffffU) + "." +
         std::to_string(*version.eax);
}

// An isolated machine is a guest, whatever else it may do.
bool CreatesPartitions(const MachineFacts& facts) {
  const uint32_t privileges = Registers(facts, kPrivilegesLeaf).ebx.value_or(0);
  return (privileges & kCreatePartitions) != 0 && (privileges & kIsolation) == 0;
}

bool IsRootPartition(const MachineFacts& facts) {
  return CreatesPartitions(facts) &&
         (Registers(facts, kPrivilegesLeaf).ebx.value_or(0) & kCpuManagement) != 0;
}

// A Hyper-V that says it is nested runs in another one.
Layers WithOuterHyperv(const MachineFacts& facts, Layer layer) {
  if ((Registers(facts, kHintsLeaf).eax.value_or(0) & kNested) == 0) return {std::move(layer)};
  layer.kind = LayerKind::kVm;
  layer.evidence.emplace_back("CPUID 0x40000004: the hypervisor is nested");
  return {std::move(layer), VmLayer("hyperv", "hyperv", Confidence::kHeuristic,
                                    "a Hyper-V that is nested runs in another one")};
}

Layers AskHypervRoot(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderHyperv);
  if (row == nullptr || !IsRootPartition(facts)) return {};
  auto layer = MakeLayer(LayerKind::kMetal, "hyperv", "hyperv-root", Confidence::kCertain,
                         SignatureEvidence(row->bytes));
  layer.guest_type = "root";
  layer.version = HypervVersion(facts);
  layer.evidence.emplace_back("CPUID 0x40000003: may create partitions and manage CPUs");
  return WithOuterHyperv(facts, std::move(layer));
}

// KVM, VirtualBox and others show Microsoft's interface to please Windows, at times alone.
Layer HypervByDmi(const DmiMatch& dmi, Layer layer) {
  const std::string_view word = dmi.row->hypervisor;
  layer.hypervisor = word == "qemu" ? "kvm" : word;
  layer.product = dmi.row->product;
  layer.guest_type = word == "virtualbox" ? "paravirt-hyperv" : dmi.row->guest_type;
  layer.evidence.push_back(dmi.evidence);
  if (word == "qemu" || word == "kvm") layer.confidence = Confidence::kHeuristic;
  return layer;
}

Layers AskHyperv(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderHyperv);
  if (row == nullptr) return {};
  auto layer = VmLayer("hyperv", "hyperv", Confidence::kCertain, SignatureEvidence(row->bytes));
  if (const auto dmi = MatchDmi(facts, kUnderHyperv)) {
    layer = HypervByDmi(*dmi, std::move(layer));
  } else if (const auto device = VirtualboxDevice(facts); !device.empty()) {
    layer.hypervisor = layer.product = "virtualbox";
    layer.guest_type = "paravirt-hyperv";
    layer.evidence.push_back(device);
  } else if (!facts.dmi.empty()) {
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.emplace_back("DMI names no virtual machine: perhaps a root partition");
  }
  if (layer.hypervisor != "hyperv") return {ByProxmoxAddress(facts, std::move(layer))};
  layer.version = HypervVersion(facts);
  if (CreatesPartitions(facts)) {
    layer.guest_type = "L1VH";
    layer.evidence.emplace_back("CPUID 0x40000003: may create partitions");
  }
  auto layers = WithOuterHyperv(facts, std::move(layer));
  if (layers.size() > 1) layers.front().guest_type = "nested";
  return layers;
}

Layers AskBehindMicrosoft(const MachineFacts& facts) {
  const auto bytes = UnknownBehindMicrosoft(facts);
  return bytes ? Layers{UnknownSignatureLayer(*bytes)} : Layers();
}

Layers AskTcg(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderTcg);
  if (row == nullptr) return {};
  auto layer =
      VmLayer(row->hypervisor, row->product, Confidence::kCertain, SignatureEvidence(row->bytes));
  if (HasNoDmi(facts)) {
    layer.product = "qemu-microvm";
    layer.evidence.emplace_back("no DMI");
  }
  // Its tables say what whoever started it wrote there.
  if (const auto dmi = MatchDmi(facts, kUnderQemu);
      dmi && std::string_view(dmi->row->product) != "qemu") {
    layer.evidence.push_back(dmi->evidence + " does not overrule the signature");
  }
  return {layer};
}

Layers AskOther(const MachineFacts& facts) {
  const auto* row = SignatureUnder(facts, kUnderOther);
  if (row == nullptr) return {};
  auto layer =
      VmLayer(row->hypervisor, row->product, Confidence::kCertain, SignatureEvidence(row->bytes));
  if (layer.hypervisor == "bhyve") layer.version = Shown(facts.Dmi("bios_version"));
  return {layer};
}

}  // namespace

std::vector<DetectionRow> CpuidRows() {
  constexpr const char* kTlfs =
      "Microsoft, Hypervisor TLFS, 2.4; Linux, arch/x86/kernel/cpu/mshyperv.c";
  return {
      {"cpuid-kvm", "CPUID 0x40000000 to 0x4000ff00: KVM's signature, then DMI, ACPI, PCI",
       "kvm, virtualbox or parallels / by DMI, ACPI and devices",
       "Linux, Documentation/virt/kvm/x86/cpuid.rst", AskKvm},
      {"cpuid-vmware", "CPUID: VMware's signature, then the backdoor",
       "vmware / vmware-esx, -server, -workstation, -express, -ace, or vmware",
       "Linux, arch/x86/kernel/cpu/vmware.c; open-vm-tools, vmx_types.h", AskVmware},
      {"cpuid-virtualbox", "CPUID: VirtualBox' signature", "virtualbox / virtualbox",
       "VirtualBox, src/VBox/VMM/VMMR3/GIMHv.cpp", AskVirtualbox},
      {"cpuid-hyperv-root", "CPUID 0x40000003: bits 0 and 12 set, 22 clear",
       "hyperv / hyperv-root, a host; in another Hyper-V where nested", kTlfs, AskHypervRoot},
      {"cpuid-hyperv", "CPUID: Microsoft's signature and no other, then DMI, devices of VirtualBox",
       "hyperv / hyperv or azure, or what DMI says; gen1, gen2, L1VH, nested", kTlfs, AskHyperv},
      {"cpuid-behind-microsoft", "CPUID: Microsoft's signature, and one that no row knows",
       "unknown / unknown, with the bytes", kTlfs, AskBehindMicrosoft},
      {"cpuid-tcg", "CPUID: the signature of QEMU's emulator, whatever DMI says",
       "qemu-tcg / qemu, or qemu-microvm without DMI", "QEMU, target/i386/cpu.c", AskTcg},
      {"cpuid-other", "CPUID: another known signature", "by the table of signatures",
       "see the signatures below", AskOther},
  };
}

}  // namespace hypergauge::probes
