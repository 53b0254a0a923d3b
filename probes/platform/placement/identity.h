#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a machine can be recognised by from inside and from outside. UUIDs and addresses never
/// leave the probe: only their digests do.
namespace hypergauge::probes {

/// How well something that a host sees says that a guest runs on it.
enum class Evidence {
  kRunning,   ///< the process that runs it, or its manager's word that it runs
  kIncoming,  ///< a process that waits, or once waited, for the guest to come from elsewhere
  kHint,      ///< what may be older than the guest's last move: an address that a bridge learned
};

/// One guest as its host knows it: normal forms, in no order.
struct GuestIdentity {
  std::vector<std::string> uuids;
  std::vector<std::string> macs;
  Evidence evidence = Evidence::kRunning;

  [[nodiscard]] bool empty() const { return uuids.empty() && macs.empty(); }
  bool operator==(const GuestIdentity&) const = default;
};

/// "52:54:00:ab:cd:ef" in lower case, from six pairs of hexadecimal digits with ':' or '-' between.
/// Nothing for other text, for groups, for zero, and for addresses that many machines share: QEMU's
/// default 52:54:00:12:34:xx, and 02:42:..., which Docker makes of an IP address.
[[nodiscard]] std::optional<std::string> NormalMac(std::string_view text);

/// "uuid:" and the SHA-256, in hexadecimal, of "hypergauge/uuid/1:" and the normal form.
[[nodiscard]] std::string UuidDigest(std::string_view normal);
/// "mac:" and the SHA-256, in hexadecimal, of "hypergauge/mac/1:" and the normal form.
[[nodiscard]] std::string MacDigest(std::string_view normal);

/// All digests by which a host may know this guest, in both byte orders. A weaker evidence than
/// kRunning replaces the kind in front: "incoming:" or "hint:".
[[nodiscard]] std::vector<std::string> DigestsOf(const GuestIdentity& guest);

}  // namespace hypergauge::probes
