#include "tests/unit/probes/benchmarks/network/fake_server.h"

#include <sys/socket.h>

#include <array>

namespace hypergauge::probes {

FakeServer::FakeServer(const std::function<void(const Socket& connection)>& serve) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  endpoint_ = {.host = "127.0.0.1", .port = LocalPort(listener).value()};
  process_ = ForkedProcess::Start([&] {
               for (;;) serve(Socket(accept(listener.descriptor(), nullptr, nullptr)));
             }).value();
}

FakeDatagramServer::FakeDatagramServer(Answer answer) {
  const auto socket = BindUdpTo({.host = "127.0.0.1", .port = 0}).value();
  endpoint_ = {.host = "127.0.0.1", .port = LocalPort(socket).value()};
  process_ = ForkedProcess::Start([&] {
               for (;;) {
                 std::array<char, 2048> buffer{};
                 sockaddr_storage sender{};
                 socklen_t length = sizeof(sender);
                 auto* address = reinterpret_cast<sockaddr*>(&sender);
                 const ssize_t got = recvfrom(socket.descriptor(), buffer.data(), buffer.size(), 0,
                                              address, &length);
                 const std::string datagram(buffer.data(), static_cast<size_t>(got));
                 for (const auto& each : answer(datagram)) {
                   sendto(socket.descriptor(), each.data(), each.size(), 0, address, length);
                 }
               }
             }).value();
}

UnusedPort::UnusedPort()
    : bound_(BindTo({.host = "127.0.0.1", .port = 0}).value()),
      endpoint_{.host = "127.0.0.1", .port = LocalPort(bound_).value()} {}

}  // namespace hypergauge::probes
