#include "probes/benchmarks/network/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

namespace hypergauge::probes {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Result<Addresses> Resolve(const Endpoint& endpoint, int type, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = type;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    return Fail(ErrorCode::kNotFound, "host " + endpoint.host + ": " + gai_strerror(error));
  }
  return Addresses(found, &freeaddrinfo);
}

Socket Open(const addrinfo& address, int flags) {
  return Socket(
      socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | flags, address.ai_protocol));
}

bool SetOption(const Socket& socket, int level, int name, int value) {
  return setsockopt(socket.descriptor(), level, name, &value, sizeof(value)) == 0;
}

// Waits for a connection that is under way; 0 or an error number.
int FinishConnect(const Socket& socket, std::chrono::milliseconds timeout) {
  pollfd waiting{.fd = socket.descriptor(), .events = POLLOUT, .revents = 0};
  const int ready = poll(&waiting, 1, static_cast<int>(timeout.count()));
  if (ready < 0) return errno;
  if (ready == 0) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof(error);
  getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

// An open connection behind a non-blocking connect(2), made blocking with a time-out.
bool MakeBlocking(const Socket& socket, std::chrono::milliseconds timeout) {
  int non_blocking = 0;
  return ioctl(socket.descriptor(), FIONBIO, &non_blocking) == 0 && SetTimeout(socket, timeout) &&
         SetOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

}  // namespace

bool SetTimeout(const Socket& socket, std::chrono::milliseconds timeout) {
  const timeval limit{.tv_sec = timeout.count() / 1000, .tv_usec = timeout.count() % 1000 * 1000};
  const int descriptor = socket.descriptor();
  return setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
         setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0;
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<Socket> ConnectTo(const Endpoint& endpoint, std::chrono::milliseconds timeout) {
  const auto addresses = Resolve(endpoint, SOCK_STREAM, 0);
  if (!addresses) return tl::unexpected(addresses.error());
  int error = 0;
  for (const addrinfo* each = addresses->get(); each != nullptr; each = each->ai_next) {
    Socket socket = Open(*each, SOCK_NONBLOCK);
    error = connect(socket.descriptor(), each->ai_addr, each->ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = FinishConnect(socket, timeout);
    if (error == 0 && !MakeBlocking(socket, timeout)) error = errno;
    if (error == 0) return socket;
  }
  return tl::unexpected(FromErrno(error, "cannot connect to " + ToString(endpoint)));
}

Result<Socket> BindTo(const Endpoint& endpoint) {
  const auto addresses = Resolve(endpoint, SOCK_STREAM, AI_PASSIVE);
  if (!addresses) return tl::unexpected(addresses.error());
  const addrinfo& address = **addresses;
  Socket socket = Open(address, 0);
  if (!SetOption(socket, SOL_SOCKET, SO_REUSEADDR, 1) ||
      bind(socket.descriptor(), address.ai_addr, address.ai_addrlen) != 0) {
    return tl::unexpected(FromErrno(errno, "cannot use " + ToString(endpoint)));
  }
  return socket;
}

Result<Socket> ConnectUdpTo(const Endpoint& endpoint, std::chrono::milliseconds timeout) {
  const auto addresses = Resolve(endpoint, SOCK_DGRAM, 0);
  if (!addresses) return tl::unexpected(addresses.error());
  const addrinfo& address = **addresses;
  Socket socket = Open(address, 0);
  if (connect(socket.descriptor(), address.ai_addr, address.ai_addrlen) != 0 ||
      !SetTimeout(socket, timeout)) {
    return tl::unexpected(FromErrno(errno, "cannot send datagrams to " + ToString(endpoint)));
  }
  return socket;
}

Result<Socket> BindUdpTo(const Endpoint& endpoint) {
  const auto addresses = Resolve(endpoint, SOCK_DGRAM, AI_PASSIVE);
  if (!addresses) return tl::unexpected(addresses.error());
  const addrinfo& address = **addresses;
  Socket socket = Open(address, 0);
  if (bind(socket.descriptor(), address.ai_addr, address.ai_addrlen) != 0) {
    return tl::unexpected(FromErrno(errno, "cannot use " + ToString(endpoint) + " for UDP"));
  }
  return socket;
}

Result<Socket> ListenAt(const Endpoint& endpoint) {
  auto socket = BindTo(endpoint);
  if (socket && listen(socket->descriptor(), SOMAXCONN) != 0) {
    return tl::unexpected(FromErrno(errno, "cannot listen at " + ToString(endpoint)));
  }
  return socket;
}

Result<std::string> LocalHost(const Socket& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (getsockname(socket.descriptor(), generic, &length) != 0) {
    return tl::unexpected(FromErrno(errno, "getsockname"));
  }
  std::array<char, NI_MAXHOST> host{};
  const int error =
      getnameinfo(generic, length, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST);
  if (error != 0)
    return Fail(ErrorCode::kInternal, std::string("getnameinfo: ") + gai_strerror(error));
  return std::string(host.data());
}

Result<uint16_t> LocalPort(const Socket& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return tl::unexpected(FromErrno(errno, "getsockname"));
  }
  // The port is at the same place in both families.
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace hypergauge::probes
