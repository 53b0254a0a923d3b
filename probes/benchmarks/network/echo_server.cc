#include "probes/benchmarks/network/echo_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

namespace hypergauge::probes {
namespace {

constexpr size_t kOwnSockets = 2;
constexpr int kDatagramsInARow = 64;  // before connections get their turn
constexpr uint16_t kFirstClientPort = 1024;

// False when the connection is to be closed.
bool Echo(const Socket& connection) {
  std::array<char, 4096> buffer{};
  const int descriptor = connection.descriptor();
  const ssize_t got = recv(descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  return got > 0 && send(descriptor, buffer.data(), static_cast<size_t>(got),
                         MSG_DONTWAIT | MSG_NOSIGNAL) == got;
}

// Two servers whose sender's address is forged would echo each other's datagrams for ever.
bool CouldBeServer(const sockaddr_storage& sender, uint16_t own_port) {
  // The port is at the same place in both families.
  const uint16_t port = ntohs(reinterpret_cast<const sockaddr_in*>(&sender)->sin_port);
  return port < kFirstClientPort || port == own_port;
}

}  // namespace

Result<void> EchoServer::Serve(std::chrono::milliseconds timeout) {
  std::vector<pollfd> waiting;
  waiting.push_back({.fd = listener_.descriptor(), .events = POLLIN, .revents = 0});
  waiting.push_back({.fd = datagrams_.descriptor(), .events = POLLIN, .revents = 0});
  for (const auto& connection : connections_) {
    waiting.push_back({.fd = connection.descriptor(), .events = POLLIN, .revents = 0});
  }
  if (poll(waiting.data(), waiting.size(), static_cast<int>(timeout.count())) < 0) {
    if (errno == EINTR) return {};
    return tl::unexpected(FromErrno(errno, "poll"));
  }
  for (size_t i = connections_.size(); i-- > 0;) {
    if (waiting[i + kOwnSockets].revents != 0 && !Echo(connections_[i])) {
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  if (waiting[0].revents != 0) Accept();
  if (waiting[1].revents != 0) EchoDatagrams();
  return {};
}

void EchoServer::EchoDatagrams() const {
  const uint16_t own_port = LocalPort(datagrams_).value_or(0);
  std::array<char, 64> buffer{};  // longer ones are no round trip of ours and come back cut
  for (int i = 0; i < kDatagramsInARow; ++i) {
    sockaddr_storage sender{};
    socklen_t length = sizeof(sender);
    auto* address = reinterpret_cast<sockaddr*>(&sender);
    const ssize_t got = recvfrom(datagrams_.descriptor(), buffer.data(), buffer.size(),
                                 MSG_DONTWAIT, address, &length);
    if (got < 0) return;  // no more, or a client that is gone
    if (CouldBeServer(sender, own_port)) continue;
    sendto(datagrams_.descriptor(), buffer.data(), static_cast<size_t>(got), MSG_DONTWAIT, address,
           length);
  }
}

void EchoServer::Accept() {
  Socket connection(accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  if (connection.descriptor() < 0) return;  // gone again, or out of descriptors: the next may do
  const int enable = 1;
  setsockopt(connection.descriptor(), IPPROTO_TCP, TCP_NODELAY, &enable, sizeof(enable));
  if (connections_.size() >= kMaxConnections) connections_.pop_front();
  connections_.push_back(std::move(connection));
}

}  // namespace hypergauge::probes
