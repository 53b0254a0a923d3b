#include <array>
#include <cstring>
#include <string>

#include "probes/platform/machine_reader.h"
#include "probes/platform/signature_rows.h"

namespace hypergauge::probes {
namespace {

constexpr uint32_t kFeatureLeaf = 1;
constexpr uint32_t kHypervisorBit = uint32_t{1} << 31U;
// Interface, version, privileges and hints of Microsoft's; version of Xen's.
constexpr uint32_t kMoreLeaves = 4;

std::string SignatureOf(const CpuidRegisters& registers) {
  std::array<char, 12> bytes{};
  std::memcpy(bytes.data(), &registers.ebx, 4);
  std::memcpy(bytes.data() + 4, &registers.ecx, 4);
  std::memcpy(bytes.data() + 8, &registers.edx, 4);
  const std::string all(bytes.data(), bytes.size());
  return all.substr(0, all.find_last_not_of('\0') + 1);
}

}  // namespace

void ReadCpuidFacts(const Cpuid& cpuid, MachineFacts& facts) {
  const auto features = cpuid(kFeatureLeaf);
  if (!features) {
    facts.unread["cpuid"] = "this architecture has no CPUID";
    return;
  }
  facts.hypervisor_bit = (features->ecx & kHypervisorBit) != 0;
  for (uint32_t base = kHypervisorLeaf; base <= kLastHypervisorLeaf; base += kHypervisorLeafStep) {
    // On bare metal they are all copies, and an emulator that hides the bit keeps the first.
    if (base != kHypervisorLeaf && !*facts.hypervisor_bit) break;
    const auto registers = cpuid(base);
    if (!registers) continue;
    const auto bytes = SignatureOf(*registers);
    CpuidSignature signature{bytes, registers->eax};
    // What nobody signed is a copy of another leaf.
    if (base != kHypervisorLeaf && FindSignature(bytes) == nullptr &&
        !IsUnknownSigner(base, signature)) {
      continue;
    }
    facts.signatures[base] = std::move(signature);
  }
  for (const auto& [base, signature] : facts.signatures) {
    if (FindSignature(signature.bytes) == nullptr) continue;
    for (uint32_t leaf = base + 1; leaf <= base + kMoreLeaves; ++leaf) {
      if (signature.max && *signature.max != 0 && leaf > *signature.max) break;
      if (const auto more = cpuid(leaf)) {
        facts.cpuid[leaf] = {more->eax, more->ebx, more->ecx, more->edx};
      }
    }
  }
}

}  // namespace hypergauge::probes
