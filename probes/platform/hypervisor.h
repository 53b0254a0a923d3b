#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "hypergauge/v1/node.pb.h"

namespace hypergauge::probes {

struct CpuidRegisters {
  uint32_t eax = 0;
  uint32_t ebx = 0;
  uint32_t ecx = 0;
  uint32_t edx = 0;
};

/// The CPUID instruction with sub-leaf 0; nothing on machines that have none.
using Cpuid = std::function<std::optional<CpuidRegisters>(uint32_t leaf)>;

/// This machine's.
[[nodiscard]] std::optional<CpuidRegisters> MachineCpuid(uint32_t leaf);

/// The hypervisor by its CPUID signature, which is all that is looked at: products and containers
/// are not told apart. Without CPUID the platform is "unknown".
/// Source: Intel SDM vol. 2A, CPUID leaf 1, ECX bit 31 (reserved for hypervisors); leaf 0x40000000,
/// signature in EBX, ECX, EDX (kernel: Documentation/virt/kvm/x86/cpuid.rst).
[[nodiscard]] v1::Platform DetectPlatform(const Cpuid& cpuid);

/// Whether the hypervisor promises to report steal time: "no steal" and "not reported" differ.
/// Source: KVM: leaf 0x40000001, EAX bit 5, KVM_FEATURE_STEAL_TIME (kernel:
/// Documentation/virt/kvm/x86/cpuid.rst); Xen: always, by its runstate area.
[[nodiscard]] bool ReportsSteal(const Cpuid& cpuid);

}  // namespace hypergauge::probes
