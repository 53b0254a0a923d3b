#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "probes/benchmark.h"

namespace hypergauge::probes {

/// The processor's vendor as CPUID leaf 0 gives it: EBX, EDX, ECX, twelve letters in all.
using VendorRegisters = std::array<uint32_t, 3>;

#if defined(__x86_64__) || defined(__i386__)
/// Executes CPUID leaf 0: the one instruction that every hypervisor on x86 must intercept.
[[gnu::always_inline]] inline VendorRegisters ReadVendor() {
  uint32_t leaf = 0;
  VendorRegisters vendor{};
  uint32_t& ebx = vendor[0];
  uint32_t& edx = vendor[1];
  uint32_t ecx = 0;
  asm volatile("cpuid" : "+a"(leaf), "=b"(ebx), "+c"(ecx), "=d"(edx) : : "memory");
  vendor[2] = ecx;
  return vendor;
}
#endif

/// "AuthenticAMD", "GenuineIntel" ...
[[nodiscard]] std::string VendorName(const VendorRegisters& vendor);

/// Reads the vendor `count` times. Errors: kWrongAnswer unless it was `expected` each time.
template <typename Read>
[[nodiscard]] Result<void> ReadVendorAgainAndAgain(int64_t count, const VendorRegisters& expected,
                                                   Read read) {
  for (int64_t i = 0; i < count; ++i) {
    const VendorRegisters vendor = read();
    if (vendor == expected) [[likely]]
      continue;
    return Fail(ErrorCode::kWrongAnswer, "CPUID gave the vendor \"" + VendorName(vendor) +
                                             "\" after \"" + VendorName(expected) + "\"");
  }
  return {};
}

}  // namespace hypergauge::probes
