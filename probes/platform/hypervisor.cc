#include "probes/platform/hypervisor.h"

#include <string_view>

#include "probes/platform/detection.h"
#include "probes/platform/machine_reader.h"
#include "probes/platform/signature_rows.h"

namespace hypergauge::probes {
namespace {

constexpr uint32_t kKvmStealTimeBit = uint32_t{1} << 5U;

}  // namespace

v1::Platform DetectPlatform(const std::filesystem::path& root) {
  // Another machine's files say nothing of this CPU.
  return ToPlatform(Detect(ReadMachineFacts(root, root == "/" ? ThisMachine() : MachineSource{})));
}

v1::Role DefaultRole(const v1::Platform& platform, std::string_view node_host) {
  if (!platform.container().empty()) return v1::ROLE_CONTAINER;
  return node_host.empty() ? v1::ROLE_HOST : v1::ROLE_GUEST;
}

bool ReportsSteal(const Cpuid& cpuid) {
  MachineFacts facts;
  ReadCpuidFacts(cpuid, facts);
  if (HasSignature(facts, "xen")) return true;
  for (const auto& [base, signature] : facts.signatures) {
    const auto* row = FindSignature(signature.bytes);
    if (row == nullptr || row->under != kUnderKvm) continue;
    const auto features = facts.cpuid.find(base + 1);
    return features != facts.cpuid.end() &&
           (features->second.eax.value_or(0) & kKvmStealTimeBit) != 0;
  }
  return false;
}

}  // namespace hypergauge::probes
