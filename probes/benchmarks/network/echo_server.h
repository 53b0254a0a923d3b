#pragma once

#include <chrono>
#include <deque>

#include "base/result.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// Sends back whatever comes, to many connections, in the caller's thread. A client that does not
/// read its echoes is dropped, and beyond kMaxConnections the oldest one. Datagrams are echoed too
/// where there is a socket for them, but for what could come from another server (see .cc).
class EchoServer {
 public:
  static constexpr size_t kMaxConnections = 256;

  explicit EchoServer(Socket listener, Socket datagrams = {})
      : listener_(std::move(listener)), datagrams_(std::move(datagrams)) {}

  /// Serves what is ready, waiting for it up to `timeout`; a signal ends the wait early.
  [[nodiscard]] Result<void> Serve(std::chrono::milliseconds timeout);

 private:
  void Accept();
  void EchoDatagrams() const;

  Socket listener_;
  Socket datagrams_;  ///< may be none
  std::deque<Socket> connections_;
};

}  // namespace hypergauge::probes
