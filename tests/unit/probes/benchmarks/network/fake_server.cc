#include "tests/unit/probes/benchmarks/network/fake_server.h"

#include <sys/socket.h>

namespace hypergauge::probes {

FakeServer::FakeServer(const std::function<void(const Socket& connection)>& serve) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  endpoint_ = {.host = "127.0.0.1", .port = LocalPort(listener).value()};
  process_ = ForkedProcess::Start([&] {
               for (;;) serve(Socket(accept(listener.descriptor(), nullptr, nullptr)));
             }).value();
}

UnusedPort::UnusedPort()
    : bound_(BindTo({.host = "127.0.0.1", .port = 0}).value()),
      endpoint_{.host = "127.0.0.1", .port = LocalPort(bound_).value()} {}

}  // namespace hypergauge::probes
