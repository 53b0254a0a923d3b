#include "tests/unit/probes/benchmarks/network/stalling_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <vector>

namespace hypergauge::probes {
namespace {

constexpr std::chrono::seconds kPatience{20};

class Relay {
 public:
  Relay(const Socket& listener, const Endpoint& server, uint64_t bytes)
      : listener_(listener), server_(server), left_(bytes) {}

  void Run() {
    while (left_ > 0) {
      // Two neighbours belong to one connection.
      std::vector<pollfd> waiting{{.fd = listener_.descriptor(), .events = POLLIN, .revents = 0}};
      for (const auto& end : ends_) {
        waiting.push_back({.fd = end.descriptor(), .events = POLLIN, .revents = 0});
      }
      poll(waiting.data(), waiting.size(), -1);
      for (size_t i = 1; i < waiting.size(); ++i) {
        if (waiting[i].revents != 0) Carry(i - 1);
      }
      if (waiting[0].revents != 0) Accept();
    }
    for (;;) pause();
  }

 private:
  void Accept() {
    ends_.emplace_back(accept(listener_.descriptor(), nullptr, nullptr));
    ends_.push_back(ConnectTo(server_, kPatience).value());
  }

  void Carry(size_t from) {
    auto& here = ends_[from];
    auto& there = ends_[from ^ 1U];
    std::array<char, 16384> buffer{};
    const ssize_t got = recv(here.descriptor(), buffer.data(), buffer.size(), 0);
    const auto count = got > 0 ? std::min(static_cast<uint64_t>(got), left_) : 0;
    if (count > 0 && send(there.descriptor(), buffer.data(), count, MSG_NOSIGNAL) > 0) {
      left_ -= count;
      return;
    }
    here = Socket();  // poll() passes over what has no descriptor
    there = Socket();
  }

  const Socket& listener_;
  const Endpoint& server_;
  uint64_t left_;
  std::vector<Socket> ends_;
};

}  // namespace

StallingRelay::StallingRelay(const Endpoint& server, uint64_t bytes) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  endpoint_ = {.host = "127.0.0.1", .port = LocalPort(listener).value()};
  process_ = ForkedProcess::Start([&] { Relay(listener, server, bytes).Run(); }).value();
}

}  // namespace hypergauge::probes
