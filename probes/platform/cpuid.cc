#include "probes/platform/cpuid.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

namespace hypergauge::probes {

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

}  // namespace hypergauge::probes
