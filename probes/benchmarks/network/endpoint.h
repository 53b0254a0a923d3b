#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "probes/benchmark.h"

namespace hypergauge::probes {

struct Endpoint {
  std::string host;  ///< a name or an address, without brackets
  uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "host:7", "192.0.2.1:7" or "[2001:db8::1]:7"; the port may be 0. Errors: kInvalidArgument.
[[nodiscard]] Result<Endpoint> ParseEndpoint(const std::string& text);
[[nodiscard]] std::string ToString(const Endpoint& endpoint);

/// Whether this machine itself is meant: localhost, 127.0.0.0/8 or ::1.
[[nodiscard]] bool IsLoopback(const Endpoint& endpoint);

/// Where the other end of the network benchmarks answers.
struct Peer {
  std::optional<Endpoint> echo;  ///< none at a stock iperf3 server
  Endpoint iperf;
};

/// "HOST:PORT" is a responder of ours: it echoes on PORT and speaks iperf3 on PORT + 1.
/// "iperf3://HOST:PORT" is a stock iperf3 server. Errors: kInvalidArgument.
[[nodiscard]] Result<Peer> ParsePeer(const std::string& text);

/// Tells the run who the other end was. The series' label `peer` is the host alone, or "loopback":
/// ports change from start to start.
void ReportPeer(Context& context, const Endpoint& other_end);

}  // namespace hypergauge::probes
