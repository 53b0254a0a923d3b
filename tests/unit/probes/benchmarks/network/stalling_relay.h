#pragma once

#include <cstdint>

#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// Stands between TCP clients and their server on 127.0.0.1, in a process of its own. Once it has
/// carried `bytes`, of all connections and both directions together, it carries nothing any more,
/// but breaks no connection: the other end seems to hang in the middle of a transfer.
class StallingRelay {
 public:
  StallingRelay(const Endpoint& server, uint64_t bytes);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  ForkedProcess process_;
};

}  // namespace hypergauge::probes
