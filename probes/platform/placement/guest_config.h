#pragma once

#include <string_view>

#include "probes/platform/placement/identity.h"

/// Configuration files of guests. Lines that say nothing of identity are skipped, whatever they
/// hold.
namespace hypergauge::probes {

/// Proxmox VE, /etc/pve/qemu-server/ID.conf and /etc/pve/lxc/ID.conf: smbios1's uuid and the
/// addresses of netN. What follows the first [section] are snapshots and counts nothing. Source:
/// pve-docs, qm.conf(5) and pct.conf(5).
[[nodiscard]] GuestIdentity ParseProxmoxConfig(std::string_view text);

/// LXC, /var/lib/lxc/NAME/config: lxc.net.N.hwaddr, before LXC 3 lxc.network.hwaddr. A template of
/// an address ("00:16:3e:xx:xx:xx") is none. Source: lxc.container.conf(5).
[[nodiscard]] GuestIdentity ParseLxcConfig(std::string_view text);

}  // namespace hypergauge::probes
