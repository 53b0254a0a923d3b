#pragma once

#include <random>
#include <string>

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// The echo server of a run: the peer's, or one of its own on the loopback that lives as long as
/// the object.
class EchoPeer {
 public:
  /// Errors: kUnsupported against a stock iperf3 server, kInvalidArgument.
  [[nodiscard]] static Result<void> Available(const Context& context, const std::string& benchmark);

  /// Starts the server where no peer is named, and reports the peer.
  [[nodiscard]] Result<void> Start(Context& context);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  [[nodiscard]] Result<void> StartOwn();

  Endpoint endpoint_;
  ForkedProcess process_;
};

/// The round trips' bytes, which cannot be guessed.
class Nonces {
 public:
  void Seed(uint64_t seed) { bytes_.seed(static_cast<uint32_t>(seed)); }

  /// Never the one before, so that an answer that comes twice is known.
  [[nodiscard]] uint8_t Next();

 private:
  std::mt19937 bytes_;
  uint8_t last_ = 0;
};

/// Sends one byte over a connection and waits for it. Errors: kDeadlineExceeded after the socket's
/// time-out, kUnavailable where it was closed, kWrongAnswer where another byte came back,
/// kCancelled where a signal came while the context is stopped. They name the endpoint.
[[nodiscard]] Result<void> RoundTrip(const Context& context, const Socket& connection,
                                     const Endpoint& endpoint, uint8_t nonce);

/// Whether what came back is what was sent. Errors: kWrongAnswer.
[[nodiscard]] Result<void> CheckEcho(const Endpoint& endpoint, uint8_t nonce, uint8_t echo);

/// p50, p99 and the greatest of a sample's latencies.
[[nodiscard]] std::vector<double> LatencyFigures(const std::vector<double>& seconds);

}  // namespace hypergauge::probes
