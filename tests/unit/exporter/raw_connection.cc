#include "tests/unit/exporter/raw_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace hypergauge::exporter::testing {

RawConnection::RawConnection(uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval limit{10, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  // A failure shows as an answer that never comes.
  static_cast<void>(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
}

RawConnection::~RawConnection() {
  close(socket_);
}

void RawConnection::Send(const std::string& text) const {
  size_t sent = 0;
  while (sent < text.size()) {
    const auto size = send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (size <= 0) return;
    sent += static_cast<size_t>(size);
  }
}

bool RawConnection::ReadSome() {
  std::array<char, 4096> piece{};
  const auto size = recv(socket_, piece.data(), piece.size(), 0);
  if (size <= 0) return false;
  unread_.append(piece.data(), static_cast<size_t>(size));
  return true;
}

std::string RawConnection::ReadUntil(const std::string& text) {
  while (unread_.find(text) == std::string::npos) {
    if (!ReadSome()) return std::exchange(unread_, {});
  }
  const auto end = unread_.find(text) + text.size();
  std::string read = unread_.substr(0, end);
  unread_.erase(0, end);
  return read;
}

std::string RawConnection::ReadToEnd() {
  while (ReadSome()) {
  }
  return std::exchange(unread_, {});
}

}  // namespace hypergauge::exporter::testing
