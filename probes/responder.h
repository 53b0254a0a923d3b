#pragma once

#include <atomic>
#include <functional>

#include "base/result.h"
#include "probes/benchmarks/network/endpoint.h"

namespace hypergauge::probes {

/// The other end of the network benchmarks: echoes at the endpoint's port, and speaks iperf3 at the
/// next one. Port 0 takes a free pair. Calls `ready` with the first port once both are reserved and
/// serves until `stop` is true; a signal makes it look at once.
/// Errors: kUnavailable where a port of the pair is taken, kNotFound for an unknown host.
/// Threads: it forks, so the process has one thread only.
[[nodiscard]] Result<void> RunResponder(const Endpoint& endpoint, const std::atomic<bool>& stop,
                                        const std::function<void(uint16_t port)>& ready);

}  // namespace hypergauge::probes
