#pragma once

#include <functional>
#include <string>
#include <vector>

#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// A server on 127.0.0.1 that does something odd, in a process of its own, one connection after
/// another.
class FakeServer {
 public:
  explicit FakeServer(const std::function<void(const Socket& connection)>& serve);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  ForkedProcess process_;
};

/// Likewise of datagrams: `answer` is called in the server's process for every one that comes, and
/// gives what is to be sent back, one datagram a string.
class FakeDatagramServer {
 public:
  using Answer = std::function<std::vector<std::string>(const std::string& datagram)>;
  explicit FakeDatagramServer(Answer answer);

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  ForkedProcess process_;
};

/// A port of 127.0.0.1 at which nobody listens as long as the object lives, or only who names it.
class UnusedPort {
 public:
  explicit UnusedPort();

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Socket bound_;
  Endpoint endpoint_;
};

}  // namespace hypergauge::probes
