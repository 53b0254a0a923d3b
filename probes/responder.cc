#include "probes/responder.h"

#include <unistd.h>

#include <limits>

#include "probes/benchmarks/network/echo_server.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kLookInterval(500);
constexpr int kTriesForPair = 64;

struct PortPair {
  Socket echo;
  Socket iperf;  ///< only reserved: libiperf opens its own
  uint16_t port = 0;
};

Result<PortPair> TakePair(const Endpoint& endpoint) {
  auto echo = ListenAt(endpoint);
  if (!echo) return tl::unexpected(echo.error());
  const auto port = LocalPort(*echo);
  if (!port) return tl::unexpected(port.error());
  if (*port == std::numeric_limits<uint16_t>::max()) {
    return Fail(ErrorCode::kUnavailable, "there is no port after 65535 for iperf3");
  }
  auto iperf = BindTo({.host = endpoint.host, .port = static_cast<uint16_t>(*port + 1)});
  if (!iperf) return Annotate(iperf.error(), "iperf3's port");
  return PortPair{.echo = std::move(*echo), .iperf = std::move(*iperf), .port = *port};
}

Result<PortPair> TakeAnyPair(const Endpoint& endpoint) {
  auto pair = TakePair(endpoint);
  for (int i = 1; i < kTriesForPair && !pair && endpoint.port == 0; ++i) pair = TakePair(endpoint);
  return pair;
}

}  // namespace

Result<void> RunResponder(const Endpoint& endpoint, const std::atomic<bool>& stop,
                          const std::function<void(uint16_t port)>& ready) {
  auto pair = TakeAnyPair(endpoint);
  if (!pair) return tl::unexpected(pair.error());
  const Endpoint iperf_endpoint{.host = endpoint.host,
                                .port = static_cast<uint16_t>(pair->port + 1)};
  EchoServer echo(std::move(pair->echo));
  ForkedProcess iperf;
  ready(pair->port);
  while (!stop) {
    // A client can break libiperf; the next one finds it again.
    if (!iperf.IsRunning()) {
      auto started = ForkedProcess::Start([&] {
        close_range(STDERR_FILENO + 1, ~0U, 0);  // or connections stay open that were closed here
        ServeIperf(iperf_endpoint);
      });
      if (!started) return tl::unexpected(started.error());
      iperf = std::move(*started);
    }
    if (auto served = echo.Serve(kLookInterval); !served) return served;
  }
  return {};
}

}  // namespace hypergauge::probes
