#include "probes/benchmarks/network/echo_peer.h"

#include <sys/socket.h>

#include <cerrno>

#include "base/statistics.h"
#include "probes/benchmarks/network/echo_server.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
constexpr int kTriesForPort = 64;

struct Sockets {
  Socket listener;
  Socket datagrams;
  uint16_t port = 0;
};

// One port for both protocols.
Result<Sockets> TakePort() {
  auto listener = ListenAt({.host = kLoopback, .port = 0});
  if (!listener) return tl::unexpected(listener.error());
  const auto port = LocalPort(*listener);
  if (!port) return tl::unexpected(port.error());
  auto datagrams = BindUdpTo({.host = kLoopback, .port = *port});
  if (!datagrams) return tl::unexpected(datagrams.error());
  return Sockets{
      .listener = std::move(*listener), .datagrams = std::move(*datagrams), .port = *port};
}

}  // namespace

Result<void> EchoPeer::Available(const Context& context, const std::string& benchmark) {
  if (context.peer.empty()) return {};
  const auto peer = ParsePeer(context.peer);
  if (!peer) return tl::unexpected(peer.error());
  if (peer->echo) return {};
  return Fail(ErrorCode::kUnsupported,
              "an iperf3 server does not echo: " + benchmark + " needs hypergauge's responder");
}

Result<void> EchoPeer::Start(Context& context) {
  if (context.peer.empty()) {
    if (auto started = StartOwn(); !started) return started;
  } else {
    const auto peer = ParsePeer(context.peer);
    if (!peer) return tl::unexpected(peer.error());
    endpoint_ = peer->echo.value_or(peer->iperf);
  }
  ReportPeer(context, endpoint_);
  return {};
}

Result<void> EchoPeer::StartOwn() {
  auto sockets = TakePort();
  for (int i = 1; i < kTriesForPort && !sockets; ++i) sockets = TakePort();
  if (!sockets) return tl::unexpected(sockets.error());
  auto child = ForkedProcess::Start([&] {
    EchoServer server(std::move(sockets->listener), std::move(sockets->datagrams));
    while (server.Serve(std::chrono::seconds(60))) {
    }
  });
  if (!child) return tl::unexpected(child.error());
  process_ = std::move(*child);
  endpoint_ = {.host = kLoopback, .port = sockets->port};
  return {};
}

uint8_t Nonces::Next() {
  const auto step = static_cast<uint8_t>(1 + bytes_() % 255);
  last_ = static_cast<uint8_t>(last_ + step);
  return last_;
}

Result<void> RoundTrip(const Context& context, const Socket& connection, const Endpoint& endpoint,
                       uint8_t nonce) {
  uint8_t echo = 0;
  if (send(connection.descriptor(), &nonce, 1, MSG_NOSIGNAL) != 1) {
    return tl::unexpected(FromErrno(errno, "cannot send to " + ToString(endpoint)));
  }
  const ssize_t got = recv(connection.descriptor(), &echo, 1, 0);
  if (got == 1) return CheckEcho(endpoint, nonce, echo);
  const int error = errno;
  if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
  if (got == 0) {
    return Fail(ErrorCode::kUnavailable, ToString(endpoint) + " closed the connection");
  }
  if (error == EAGAIN) {
    return Fail(ErrorCode::kDeadlineExceeded, ToString(endpoint) + " did not answer");
  }
  return tl::unexpected(FromErrno(error, "cannot receive from " + ToString(endpoint)));
}

Result<void> CheckEcho(const Endpoint& endpoint, uint8_t nonce, uint8_t echo) {
  if (echo == nonce) return {};
  return Fail(ErrorCode::kWrongAnswer, ToString(endpoint) + " answered " + std::to_string(echo) +
                                           " to " + std::to_string(nonce));
}

std::vector<double> LatencyFigures(const std::vector<double>& seconds) {
  std::vector<double> figures;
  for (const double fraction : {0.5, 0.99, 1.0}) {
    figures.push_back(Quantile(seconds, fraction).value_or(0));
  }
  return figures;
}

}  // namespace hypergauge::probes
