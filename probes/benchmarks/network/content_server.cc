#include "probes/benchmarks/network/content_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

#include "probes/benchmarks/network/content.h"

namespace hypergauge::probes {
namespace {

constexpr int kMostClients = 32;
constexpr size_t kLongestLine = 8192;
constexpr uint64_t kLargestFile = uint64_t{4} << 30;

using Places = std::counting_semaphore<kMostClients>;

void ServeNext(const ContentService& service, const std::shared_ptr<Places>& places) {
  Socket connection(accept4(service.listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  if (connection.descriptor() < 0) return;  // gone again, or out of descriptors: the next may do
  places->acquire();
  std::thread([serve = service.serve, places, connection = std::move(connection)]() mutable {
    serve(std::move(connection));
    places->release();
  }).detach();
}

}  // namespace

void ServeContent(std::span<const ContentService> services) {
  (void)ContentBlock();  // made before the first client comes, whose time it would be
  const auto places = std::make_shared<Places>(kMostClients);
  std::vector<pollfd> waiting;
  for (const auto& service : services) {
    waiting.push_back({.fd = service.listener.descriptor(), .events = POLLIN, .revents = 0});
  }
  for (;;) {
    poll(waiting.data(), waiting.size(), -1);
    for (size_t i = 0; i < services.size(); ++i) {
      if (waiting[i].revents != 0) ServeNext(services[i], places);
    }
  }
}

ClientConnection::ClientConnection(Socket socket) : socket_(std::move(socket)) {
  (void)SetTimeout(socket_, kPatience);
  // FTP answers twice to one command: the second would wait for the first one's delayed ACK.
  const int enable = 1;
  setsockopt(socket_.descriptor(), IPPROTO_TCP, TCP_NODELAY, &enable, sizeof(enable));
}

std::optional<std::string> ClientConnection::ReadLine() {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (unread_.size() > kLongestLine) return std::nullopt;
    std::array<char, 1024> buffer{};
    const ssize_t got = recv(socket_.descriptor(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return std::nullopt;
    unread_.append(buffer.data(), static_cast<size_t>(got));
  }
}

bool ClientConnection::Send(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = send(socket_.descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    text.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

bool ClientConnection::SendContent(uint64_t size) {
  const auto& block = ContentBlock();
  for (uint64_t left = size; left > 0;) {
    const auto part = std::min<uint64_t>(left, block.size());
    if (!Send({block.data(), part})) return false;
    left -= part;
  }
  return true;
}

std::optional<uint64_t> ContentSize(std::string_view name) {
  uint64_t size = 0;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data(), end, size);
  const bool is_size = parsed.ec == std::errc() && parsed.ptr == end && size <= kLargestFile;
  return is_size ? std::optional(size) : std::nullopt;
}

}  // namespace hypergauge::probes
