#include "probes/platform/signature_rows.h"

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kSystemd = "systemd, src/basic/virt.c, vm_table";
constexpr const char* kVirtWhat = "virt-what";

bool IsMicrosoft(const SignatureRow& row) {
  return row.under == kUnderHyperv;
}

// Registers that nobody signed hold anything: only text counts, and only where the base does not
// deny its leaves.
bool MaySign(uint32_t base, const CpuidSignature& signature) {
  if (signature.max && (*signature.max < base || *signature.max >= base + kHypervisorLeafStep)) {
    return false;
  }
  const auto text = Trimmed(signature.bytes);
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

const std::vector<SignatureRow>& SignatureRows() {
  static const std::vector<SignatureRow> kRows = {
      {"KVMKVMKVM", "kvm", "unknown", kUnderKvm, "Linux, Documentation/virt/kvm/x86/cpuid.rst"},
      {"Linux KVM Hv", "kvm", "unknown", kUnderKvm, "QEMU, docs/system/i386/hyperv.rst"},
      {"LKVMLKVMLKVM", "kvm", "kvmtool", kUnderOther, kVirtWhat},
      {"TCGTCGTCGTCG", "qemu-tcg", "qemu", kUnderTcg, kSystemd},
      {"VMwareVMware", "vmware", "vmware", kUnderVmware, "Linux, arch/x86/kernel/cpu/vmware.c"},
      {"XenVMMXenVMM", "xen", "xen", kUnderXen, "Xen, public/arch-x86/cpuid.h"},
      {"Microsoft Hv", "hyperv", "hyperv", kUnderHyperv, "Microsoft, Hypervisor TLFS, 2.4"},
      {"VBoxVBoxVBox", "virtualbox", "virtualbox", kUnderVirtualbox, "VirtualBox, GIMHv.cpp"},
      {"prl hyperv", "parallels", "parallels-desktop", kUnderOther, kVirtWhat},
      {"lrpepyh  vr", "parallels", "parallels-desktop", kUnderOther, "Parallels Desktop"},
      {"bhyve bhyve", "bhyve", "bhyve", kUnderOther, kSystemd},
      {"BHyVE BHyVE", "bhyve", "bhyve", kUnderOther, "bhyve, early versions"},
      {"Apple VZ", "apple-vz", "apple-virtualization", kUnderOther, "Apple Virtualization guests"},
      {"Jailhouse", "jailhouse", "jailhouse", kUnderOther, "Linux, arch/x86/kernel/jailhouse.c"},
      {"OpenBSDVMM58", "openbsd-vmm", "openbsd-vmm", kUnderOther, kVirtWhat},
      {"ACRNACRNACRN", "acrn", "acrn", kUnderOther, kSystemd},
      {"QNXQVMBSQG", "qnx", "qnx", kUnderOther, kSystemd},
      {"QXNQSBMV", "qnx", "qnx", kUnderOther, "QNX Hypervisor"},
      {"SRESRESRESRE", "sre", "sre", kUnderOther, kSystemd},
      {"UnisysSpar64", "unisys-spar", "unisys-spar", kUnderOther, "Linux, visorbus"},
      {"HAXMHAXMHAXM", "haxm", "haxm", kUnderOther, "Intel HAXM"},
      {"___ NVMM ___", "nvmm", "nvmm", kUnderOther, "NetBSD, sys/dev/nvmm"},
      {"EVMMEVMMEVMM", "intel-kgt", "intel-kgt", kUnderOther, "Intel KGT"},
  };
  return kRows;
}

const SignatureRow* FindSignature(std::string_view bytes) {
  const auto& rows = SignatureRows();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const SignatureRow& row) {
    return Trimmed(bytes) == row.bytes;
  });
  return found == rows.end() ? nullptr : &*found;
}

const SignatureRow* DecidingSignature(const MachineFacts& facts) {
  const SignatureRow* microsoft = nullptr;
  for (const auto& [base, signature] : facts.signatures) {
    const auto* row = FindSignature(signature.bytes);
    if (row == nullptr) continue;
    if (!IsMicrosoft(*row)) return row;
    if (microsoft == nullptr) microsoft = row;
  }
  return UnknownBehindMicrosoft(facts) ? nullptr : microsoft;
}

bool IsUnknownSigner(uint32_t base, const CpuidSignature& signature) {
  return base != kHypervisorLeaf && FindSignature(signature.bytes) == nullptr &&
         MaySign(base, signature);
}

std::optional<std::string> UnknownBehindMicrosoft(const MachineFacts& facts) {
  const bool is_microsoft_alone =
      HasSignature(facts, "hyperv") &&
      std::all_of(facts.signatures.begin(), facts.signatures.end(), [](const auto& entry) {
        const auto* row = FindSignature(entry.second.bytes);
        return row == nullptr || IsMicrosoft(*row);
      });
  if (!is_microsoft_alone) return std::nullopt;
  for (const auto& [base, signature] : facts.signatures) {
    if (IsUnknownSigner(base, signature)) return signature.bytes;
  }
  return std::nullopt;
}

bool HasSignature(const MachineFacts& facts, std::string_view hypervisor) {
  return std::any_of(facts.signatures.begin(), facts.signatures.end(), [&](const auto& entry) {
    const auto* row = FindSignature(entry.second.bytes);
    return row != nullptr && row->hypervisor == hypervisor;
  });
}

std::optional<std::string> UnknownSignature(const MachineFacts& facts) {
  if (HypervisorBit(facts) == false) return std::nullopt;
  for (const auto& [base, signature] : facts.signatures) {
    const bool unknown = FindSignature(signature.bytes) == nullptr;
    if (unknown && !Trimmed(signature.bytes).empty()) return signature.bytes;
  }
  return std::nullopt;
}

std::optional<bool> HypervisorBit(const MachineFacts& facts) {
  if (facts.hypervisor_bit) return facts.hypervisor_bit;
  // Old kernels do not show the flag: its absence says nothing.
  if (HasFlag(facts.Text("/proc/cpuinfo"), "hypervisor")) return true;
  return std::nullopt;
}

bool IsX86(const MachineFacts& facts) {
  const std::string_view arch = facts.arch;
  if (arch.empty()) return facts.hypervisor_bit.has_value() || !facts.signatures.empty();
  return arch == "x86_64" || arch == "amd64" || arch == "x86" ||
         (arch.size() == 4 && arch.front() == 'i' && arch.ends_with("86"));
}

std::string SignatureEvidence(std::string_view bytes) {
  return "CPUID signature \"" + Printable(bytes, 48) + "\"";
}

}  // namespace hypergauge::probes
