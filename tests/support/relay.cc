#include "tests/support/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace hypergauge::testing {
namespace {

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

bool SendAll(int to, const char* bytes, ssize_t count) {
  while (count > 0) {
    const ssize_t sent = ::send(to, bytes, static_cast<size_t>(count), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    count -= sent;
  }
  return true;
}

// Until one of them ends, which ends both: nobody here speaks on half a connection.
void Pump(int from, int to) {
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::recv(from, buffer.data(), buffer.size(), 0);
    if (count <= 0 || !SendAll(to, buffer.data(), count)) break;
  }
  ::shutdown(from, SHUT_RDWR);
  ::shutdown(to, SHUT_RDWR);
}

}  // namespace

Relay::Relay(int target_port)
    : target_port_(target_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, raw, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
      ::getsockname(listener_, raw, &size) != 0) {
    return;
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

Relay::~Relay() {
  Cut();
  ::shutdown(listener_, SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  for (auto& connection : connections_) {
    connection.there.join();
    connection.back.join();
    ::close(connection.near);
    ::close(connection.far);
  }
  ::close(listener_);
}

void Relay::Cut() {
  const std::lock_guard lock(mutex_);
  is_cut_ = true;
  for (const auto& connection : connections_) {
    ::shutdown(connection.near, SHUT_RDWR);
    ::shutdown(connection.far, SHUT_RDWR);
  }
}

void Relay::Join() {
  const std::lock_guard lock(mutex_);
  is_cut_ = false;
}

void Relay::Accept() {
  for (;;) {
    const int near = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (near < 0) return;
    Carry(near);
  }
}

void Relay::Carry(int near) {
  const std::lock_guard lock(mutex_);
  const int far = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in target = Loopback(target_port_);
  if (is_cut_ || ::connect(far, reinterpret_cast<const sockaddr*>(&target), sizeof(target)) != 0) {
    ::close(near);
    ::close(far);
    return;
  }
  connections_.push_back({.near = near,
                          .far = far,
                          .there = std::thread([near, far] { Pump(near, far); }),
                          .back = std::thread([near, far] { Pump(far, near); })});
}

}  // namespace hypergauge::testing
