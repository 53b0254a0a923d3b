#pragma once

#include <chrono>
#include <deque>

#include "base/result.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// Sends back whatever comes, to many connections, in the caller's thread. A client that does not
/// read its echoes is dropped, and beyond kMaxConnections the oldest one.
class EchoServer {
 public:
  static constexpr size_t kMaxConnections = 256;

  explicit EchoServer(Socket listener) : listener_(std::move(listener)) {}

  /// Serves what is ready, waiting for it up to `timeout`; a signal ends the wait early.
  [[nodiscard]] Result<void> Serve(std::chrono::milliseconds timeout);

 private:
  void Accept();

  Socket listener_;
  std::deque<Socket> connections_;
};

}  // namespace hypergauge::probes
