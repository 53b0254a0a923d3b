#pragma once

#include <atomic>
#include <functional>

#include "base/result.h"
#include "probes/benchmarks/network/endpoint.h"

namespace hypergauge::probes {

/// The other end of the network benchmarks: echoes TCP and UDP at the endpoint's port, and speaks
/// iperf3, HTTP and FTP at the next three. Port 0 takes free ones. Calls `ready` with the first
/// port once all are reserved and serves until `stop` is true; a signal makes it look at once.
/// Errors: kUnavailable where one of the ports is taken, kNotFound for an unknown host.
/// Threads: it forks, so the process has one thread only.
[[nodiscard]] Result<void> RunResponder(const Endpoint& endpoint, const std::atomic<bool>& stop,
                                        const std::function<void(uint16_t port)>& ready);

}  // namespace hypergauge::probes
