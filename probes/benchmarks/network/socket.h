#pragma once

#include <chrono>
#include <utility>

#include "base/result.h"
#include "probes/benchmarks/network/endpoint.h"

namespace hypergauge::probes {

/// An open socket. Errors of all functions name the endpoint.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// A blocking connection without Nagle's delay; `timeout` holds for it and for every later read and
/// write. Errors: kNotFound for an unknown host, kDeadlineExceeded, kUnavailable where refused.
[[nodiscard]] Result<Socket> ConnectTo(const Endpoint& endpoint, std::chrono::milliseconds timeout);

/// A UDP socket that talks with the endpoint alone; `timeout` holds for every read and write.
[[nodiscard]] Result<Socket> ConnectUdpTo(const Endpoint& endpoint,
                                          std::chrono::milliseconds timeout);

/// A UDP socket at the endpoint.
[[nodiscard]] Result<Socket> BindUdpTo(const Endpoint& endpoint);

/// Binds with SO_REUSEADDR; port 0 takes a free one. While a bound socket lives, the kernel gives
/// its port to nobody who asks for any port, but a server that names it can still listen there.
[[nodiscard]] Result<Socket> BindTo(const Endpoint& endpoint);

/// Holds for every later read and write that blocks. False where the kernel refuses, with errno.
[[nodiscard]] bool SetTimeout(const Socket& socket, std::chrono::milliseconds timeout);

/// BindTo and listen(2).
[[nodiscard]] Result<Socket> ListenAt(const Endpoint& endpoint);

/// The address and the port that a bound or connected socket has.
[[nodiscard]] Result<std::string> LocalHost(const Socket& socket);
[[nodiscard]] Result<uint16_t> LocalPort(const Socket& socket);

}  // namespace hypergauge::probes
