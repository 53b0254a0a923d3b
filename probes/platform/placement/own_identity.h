#pragma once

#include <filesystem>
#include <string>

#include "probes/platform/placement/identity.h"

namespace hypergauge::probes {

/// What this machine knows of itself and of who runs it.
struct OwnIdentity {
  GuestIdentity identity;
  std::string reported_host;  ///< Hyper-V's PhysicalHostName; empty where there is none
};

/// The UUID of the firmware (readable by root), and the addresses of network cards: of devices, so
/// that bridges, bonds and the host's ends of veth pairs are left out. shares_kernel: a container.
/// It sees its host's firmware, which says nothing of itself, and its own network cards are no
/// devices but ends of pairs. Source: /sys/class/dmi/id/product_uuid; /sys/class/net;
/// /var/lib/hyperv/.kvp_pool_3.
[[nodiscard]] OwnIdentity ReadOwnIdentity(const std::filesystem::path& root, bool shares_kernel);

}  // namespace hypergauge::probes
