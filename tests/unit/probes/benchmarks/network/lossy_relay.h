#pragma once

#include <climits>

#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// Stands between an iperf3 client and its server on 127.0.0.1, in a process of its own, and drops
/// every tenth datagram of `datagram_bytes`. For one test after another, of UDP. After so many
/// datagrams it hangs: it carries nothing any more, and breaks nothing.
class LossyRelay {
 public:
  LossyRelay(const Endpoint& server, size_t datagram_bytes, int stalls_after = INT_MAX);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  ForkedProcess process_;
};

}  // namespace hypergauge::probes
