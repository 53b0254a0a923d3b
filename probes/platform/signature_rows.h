#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// Which hypervisor's signature a rule may stand under; kAlone is under none.
enum Under : unsigned {
  kAlone = 1U << 0U,
  kUnderKvm = 1U << 1U,
  kUnderHyperv = 1U << 2U,
  kUnderVirtualbox = 1U << 3U,
  kUnderXen = 1U << 4U,
  kUnderVmware = 1U << 5U,
  kUnderOther = 1U << 6U,  ///< signatures that nothing refines
  kUnderQemu = 1U << 7U,   ///< no signature, but QEMU's DMI
  kUnderTcg = 1U << 8U,    ///< QEMU's emulator: no DMI overrules it
};

struct SignatureRow {
  const char* bytes;  ///< without NULs at the end
  const char* hypervisor;
  const char* product;  ///< "unknown" where DMI or devices must say
  Under under;
  const char* source;
};

/// CPUID's signatures of hypervisors.
[[nodiscard]] const std::vector<SignatureRow>& SignatureRows();

/// The row of a base's signature; null where it is unknown.
[[nodiscard]] const SignatureRow* FindSignature(std::string_view bytes);

/// The known signature that decides: the first base's, but any other beats Microsoft's, which KVM,
/// Xen and VirtualBox show in front of their own. Null without a known one, and where an unknown
/// one stands behind Microsoft's.
[[nodiscard]] const SignatureRow* DecidingSignature(const MachineFacts& facts);

/// Whether the base, which is not the first one, is signed with bytes that no row knows.
[[nodiscard]] bool IsUnknownSigner(uint32_t base, const CpuidSignature& signature);

/// The unknown signature of a hypervisor that shows Microsoft's in front of its own.
[[nodiscard]] std::optional<std::string> UnknownBehindMicrosoft(const MachineFacts& facts);

/// Whether some base has this hypervisor's signature.
[[nodiscard]] bool HasSignature(const MachineFacts& facts, std::string_view hypervisor);

/// A signature that no row knows; nothing without the hypervisor bit, when the leaf is a copy of
/// another one.
[[nodiscard]] std::optional<std::string> UnknownSignature(const MachineFacts& facts);

/// Whether the machine says that there is a hypervisor: CPUID's bit, or the flag that the kernel
/// shows for it. Nothing where neither is known.
[[nodiscard]] std::optional<bool> HypervisorBit(const MachineFacts& facts);

/// Whether the architecture has CPUID.
[[nodiscard]] bool IsX86(const MachineFacts& facts);

/// `CPUID signature "KVMKVMKVM"`.
[[nodiscard]] std::string SignatureEvidence(std::string_view bytes);

}  // namespace hypergauge::probes
