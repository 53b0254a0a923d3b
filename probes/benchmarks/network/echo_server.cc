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

// False when the connection is to be closed.
bool Echo(const Socket& connection) {
  std::array<char, 4096> buffer{};
  const int descriptor = connection.descriptor();
  const ssize_t got = recv(descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  return got > 0 && send(descriptor, buffer.data(), static_cast<size_t>(got),
                         MSG_DONTWAIT | MSG_NOSIGNAL) == got;
}

}  // namespace

Result<void> EchoServer::Serve(std::chrono::milliseconds timeout) {
  std::vector<pollfd> waiting;
  waiting.push_back({.fd = listener_.descriptor(), .events = POLLIN, .revents = 0});
  for (const auto& connection : connections_) {
    waiting.push_back({.fd = connection.descriptor(), .events = POLLIN, .revents = 0});
  }
  if (poll(waiting.data(), waiting.size(), static_cast<int>(timeout.count())) < 0) {
    if (errno == EINTR) return {};
    return tl::unexpected(FromErrno(errno, "poll"));
  }
  for (size_t i = connections_.size(); i-- > 0;) {
    if (waiting[i + 1].revents != 0 && !Echo(connections_[i])) {
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  if (waiting.front().revents != 0) Accept();
  return {};
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
