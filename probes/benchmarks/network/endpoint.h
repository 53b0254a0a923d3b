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

/// A responder echoes TCP and UDP at its port; these lie so far behind it.
inline constexpr int kIperfPort = 1;
inline constexpr int kHttpPort = 2;
inline constexpr int kFtpPort = 3;
inline constexpr uint16_t kHighestResponderPort = 65535 - kFtpPort;

[[nodiscard]] Endpoint PortAfter(const Endpoint& first, int distance);

/// Where the other end of the network benchmarks answers. A stock iperf3 server does only that.
struct Peer {
  std::optional<Endpoint> echo = std::nullopt;
  Endpoint iperf;
  std::optional<Endpoint> http = std::nullopt;
  std::optional<Endpoint> ftp = std::nullopt;
};

/// "HOST:PORT" is a responder of ours: it echoes on PORT, speaks iperf3 on PORT + 1, HTTP on
/// PORT + 2 and FTP on PORT + 3.
/// "iperf3://HOST:PORT" is a stock iperf3 server. Errors: kInvalidArgument.
[[nodiscard]] Result<Peer> ParsePeer(const std::string& text);

/// Tells the run who the other end was. The series' label `peer` is the host alone, or "loopback":
/// ports change from start to start.
void ReportPeer(Context& context, const Endpoint& other_end);

}  // namespace hypergauge::probes
