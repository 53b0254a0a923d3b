#pragma once

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// The iperf3 server of a run: the peer's, or one of its own on the loopback that lives as long as
/// the object.
class IperfPeer {
 public:
  [[nodiscard]] static Result<void> Available(const Context& context);

  /// Starts the server where no peer is named, and reports the peer and libiperf's version.
  [[nodiscard]] Result<void> Start(Context& context);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

  /// A test of this server in that context: its clock, its stop, and patience as the suite allows.
  [[nodiscard]] IperfTest TestFor(const Context& context, std::chrono::milliseconds limit) const;

 private:
  [[nodiscard]] Result<void> StartOwn();

  Endpoint endpoint_;
  Socket reserved_;
  ForkedProcess process_;
};

}  // namespace hypergauge::probes
