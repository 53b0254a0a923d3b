#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/placement/identity.h"

namespace hypergauge::probes {

/// An address that a bridge learned; not one of the bridge's own.
struct LearnedAddress {
  std::string mac;    ///< normal form
  uint32_t port = 0;  ///< as in /sys/class/net/BRIDGE/brif/PORT/port_no
  bool operator==(const LearnedAddress&) const = default;
};

/// `table` is /sys/class/net/BRIDGE/brforward, in this machine's byte order; a cut entry at its end
/// is left out. Source: linux/if_bridge.h, struct __fdb_entry.
[[nodiscard]] std::vector<LearnedAddress> ParseForwardingTable(std::string_view table);

/// Guests by what the bridges below `root` learned, as hints. Only ports that lead to a guest
/// count: taps and one ends of veth pairs, behind which there is exactly one address. A tap with
/// several leads to a network elsewhere, or to a guest that has guests of its own.
[[nodiscard]] std::vector<GuestIdentity> ReadBridgedGuests(const std::filesystem::path& root);

}  // namespace hypergauge::probes
