#pragma once

#include <cstdint>
#include <functional>
#include <optional>

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

}  // namespace hypergauge::probes
