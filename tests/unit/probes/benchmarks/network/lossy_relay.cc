#include "tests/unit/probes/benchmarks/network/lossy_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace hypergauge::probes {
namespace {

constexpr int kKeptInARow = 9;
constexpr std::chrono::seconds kPatience{20};

class Relay {
 public:
  Relay(const Socket& listener, const Socket& datagrams, const Endpoint& server,
        size_t datagram_bytes, int stalls_after)
      : client_(accept(listener.descriptor(), nullptr, nullptr)),
        server_(ConnectTo(server, kPatience).value()),
        from_client_(datagrams),
        to_server_(ConnectUdpTo(server, kPatience).value()),
        datagram_bytes_(datagram_bytes),
        until_stall_(stalls_after) {}

  void Run() {
    std::array<pollfd, 4> waiting{};
    const std::array<const Socket*, 4> sockets{&client_, &server_, &from_client_, &to_server_};
    for (size_t i = 0; i < sockets.size(); ++i) {
      waiting[i] = {.fd = sockets[i]->descriptor(), .events = POLLIN, .revents = 0};
    }
    bool goes_on = true;
    while (goes_on) {
      poll(waiting.data(), waiting.size(), -1);
      // Datagrams first, or the end of the test would overtake them.
      if (waiting[2].revents != 0) ForwardDatagrams();
      if (waiting[3].revents != 0) ReturnDatagrams();
      if (waiting[0].revents != 0) goes_on = Forward(client_, server_);
      if (waiting[1].revents != 0) goes_on = Forward(server_, client_) && goes_on;
    }
  }

 private:
  static bool Forward(const Socket& from, const Socket& to) {
    std::array<char, 4096> buffer{};
    const ssize_t got = recv(from.descriptor(), buffer.data(), buffer.size(), 0);
    return got > 0 &&
           send(to.descriptor(), buffer.data(), static_cast<size_t>(got), MSG_NOSIGNAL) == got;
  }

  void ForwardDatagrams() {
    std::array<char, 4096> buffer{};
    for (;;) {
      sender_length_ = sizeof(sender_);
      const ssize_t got =
          recvfrom(from_client_.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                   reinterpret_cast<sockaddr*>(&sender_), &sender_length_);
      if (got < 0) return;
      const auto size = static_cast<size_t>(got);
      while (size == datagram_bytes_ && until_stall_ == 0) pause();
      if (size == datagram_bytes_) --until_stall_;
      if (size == datagram_bytes_ && ++count_ > kKeptInARow) {
        count_ = 0;
      } else {
        send(to_server_.descriptor(), buffer.data(), size, 0);
      }
    }
  }

  void ReturnDatagrams() {
    std::array<char, 4096> buffer{};
    const ssize_t got = recv(to_server_.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0) return;
    sendto(from_client_.descriptor(), buffer.data(), static_cast<size_t>(got), 0,
           reinterpret_cast<const sockaddr*>(&sender_), sender_length_);
  }

  Socket client_;
  Socket server_;
  const Socket& from_client_;
  Socket to_server_;
  size_t datagram_bytes_;
  int until_stall_;
  sockaddr_storage sender_{};
  socklen_t sender_length_ = 0;
  int count_ = 0;
};

}  // namespace

LossyRelay::LossyRelay(const Endpoint& server, size_t datagram_bytes, int stalls_after) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  endpoint_ = {.host = "127.0.0.1", .port = LocalPort(listener).value()};
  const auto datagrams = BindUdpTo(endpoint_).value();
  process_ = ForkedProcess::Start([&] {
               for (;;) Relay(listener, datagrams, server, datagram_bytes, stalls_after).Run();
             }).value();
}

}  // namespace hypergauge::probes
