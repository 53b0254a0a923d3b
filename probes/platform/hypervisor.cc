#include "probes/platform/hypervisor.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "probes/printable.h"

namespace hypergauge::probes {
namespace {

struct Signature {
  std::string_view bytes;  // 12, padded with NUL, which is left out here
  const char* word;
};

constexpr std::array kSignatures = {
    Signature{"KVMKVMKVM", "kvm"},       Signature{"TCGTCGTCGTCG", "qemu"},
    Signature{"VMwareVMware", "vmware"}, Signature{"XenVMMXenVMM", "xen"},
    Signature{"Microsoft Hv", "hyperv"}, Signature{"VBoxVBoxVBox", "virtualbox"},
};

constexpr uint32_t kFeatureLeaf = 1;
constexpr uint32_t kHypervisorBit = uint32_t{1} << 31U;
constexpr uint32_t kHypervisorLeaf = 0x40000000;
constexpr uint32_t kKvmFeatureLeaf = 0x40000001;
constexpr uint32_t kKvmStealTimeBit = uint32_t{1} << 5U;

v1::Platform Make(const std::string& name, const std::string& hypervisor,
                  const std::string& evidence) {
  v1::Platform platform;
  platform.set_name(name);
  platform.set_hypervisor(hypervisor);
  platform.add_evidence(evidence);
  return platform;
}

std::string SignatureOf(const CpuidRegisters& registers) {
  std::array<char, 12> bytes{};
  std::memcpy(bytes.data(), &registers.ebx, 4);
  std::memcpy(bytes.data() + 4, &registers.ecx, 4);
  std::memcpy(bytes.data() + 8, &registers.edx, 4);
  const std::string all(bytes.data(), bytes.size());
  return all.substr(0, all.find_last_not_of('\0') + 1);
}

}  // namespace

std::optional<CpuidRegisters> MachineCpuid(uint32_t leaf) {
#if defined(__x86_64__) || defined(__i386__)
  CpuidRegisters registers;
  __cpuid_count(leaf, 0, registers.eax, registers.ebx, registers.ecx, registers.edx);
  return registers;
#else
  static_cast<void>(leaf);
  return std::nullopt;
#endif
}

v1::Platform DetectPlatform(const Cpuid& cpuid) {
  const auto features = cpuid(kFeatureLeaf);
  if (!features) return Make("unknown", "unknown", "this architecture has no CPUID");
  if ((features->ecx & kHypervisorBit) == 0) {
    return Make("metal", "none", "CPUID: no hypervisor bit");
  }
  const std::string signature = SignatureOf(cpuid(kHypervisorLeaf).value_or(CpuidRegisters{}));
  const std::string evidence = "CPUID signature \"" + Printable(signature) + "\"";
  for (const auto& known : kSignatures) {
    if (known.bytes == signature) return Make(known.word, known.word, evidence);
  }
  return Make("unknown", "unknown", evidence);
}

bool ReportsSteal(const Cpuid& cpuid) {
  const auto word = DetectPlatform(cpuid).hypervisor();
  if (word == "xen") return true;
  if (word != "kvm") return false;
  const auto features = cpuid(kKvmFeatureLeaf);
  return features && (features->eax & kKvmStealTimeBit) != 0;
}

}  // namespace hypergauge::probes
