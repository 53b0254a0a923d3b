#pragma once

#include <string>
#include <string_view>

namespace hypergauge::probes {

/// The value of a key in a pool of Hyper-V's key-value exchange, /var/lib/hyperv/.kvp_pool_N:
/// records of 512 bytes for the key and 2048 for the value, each ended by NUL. As printable text of
/// at most 253 bytes; empty where there is no such key. The last record of a key counts, a cut one
/// does not. Source: linux/hyperv.h; kernel, tools/hv/hv_kvp_daemon.c.
[[nodiscard]] std::string KvpValue(std::string_view pool, std::string_view key);

}  // namespace hypergauge::probes
