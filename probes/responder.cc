#include "probes/responder.h"

#include <unistd.h>

#include <array>

#include "probes/benchmarks/network/content_server.h"
#include "probes/benchmarks/network/echo_server.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/ftp_server.h"
#include "probes/benchmarks/network/http_server.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kLookInterval(500);
constexpr int kTriesForPorts = 64;

struct Ports {
  Socket echo;
  Socket datagrams;
  Socket iperf;  ///< only reserved: libiperf opens its own
  std::array<ContentService, 2> content;
  uint16_t first = 0;
};

Result<Ports> TakePorts(const Endpoint& endpoint) {
  auto echo = ListenAt(endpoint);
  if (!echo) return tl::unexpected(echo.error());
  const auto port = LocalPort(*echo);
  if (!port) return tl::unexpected(port.error());
  if (*port > kHighestResponderPort) {
    return Fail(ErrorCode::kUnavailable, "there are no ports after " + std::to_string(*port) +
                                             " for all that a responder serves");
  }
  const Endpoint first{.host = endpoint.host, .port = *port};
  auto datagrams = BindUdpTo(first);
  if (!datagrams) return tl::unexpected(datagrams.error());
  auto iperf = BindTo(PortAfter(first, kIperfPort));
  if (!iperf) return Annotate(iperf.error(), "iperf3's port");
  auto http = ListenAt(PortAfter(first, kHttpPort));
  if (!http) return Annotate(http.error(), "HTTP's port");
  auto ftp = ListenAt(PortAfter(first, kFtpPort));
  if (!ftp) return Annotate(ftp.error(), "FTP's port");
  return Ports{.echo = std::move(*echo),
               .datagrams = std::move(*datagrams),
               .iperf = std::move(*iperf),
               .content = {{{std::move(*http), &ServeHttp}, {std::move(*ftp), &ServeFtp}}},
               .first = *port};
}

Result<Ports> TakeAnyPorts(const Endpoint& endpoint) {
  auto ports = TakePorts(endpoint);
  for (int i = 1; i < kTriesForPorts && !ports && endpoint.port == 0; ++i)
    ports = TakePorts(endpoint);
  return ports;
}

}  // namespace

Result<void> RunResponder(const Endpoint& endpoint, const std::atomic<bool>& stop,
                          const std::function<void(uint16_t port)>& ready) {
  auto ports = TakeAnyPorts(endpoint);
  if (!ports) return tl::unexpected(ports.error());
  const Endpoint first{.host = endpoint.host, .port = ports->first};
  // First: it has no other descriptors open then.
  const auto content = ForkedProcess::Start([&] {
    ports->echo = Socket();
    ports->datagrams = Socket();
    ServeContent(ports->content);
  });
  if (!content) return tl::unexpected(content.error());
  EchoServer echo(std::move(ports->echo), std::move(ports->datagrams));
  ForkedProcess iperf;
  ready(ports->first);
  while (!stop) {
    // A client can break libiperf; the next one finds it again.
    if (!iperf.IsRunning()) {
      auto started = ForkedProcess::Start([&] {
        close_range(STDERR_FILENO + 1, ~0U, 0);  // or connections stay open that were closed here
        ServeIperf(PortAfter(first, kIperfPort));
      });
      if (!started) return tl::unexpected(started.error());
      iperf = std::move(*started);
    }
    if (auto served = echo.Serve(kLookInterval); !served) return served;
  }
  return {};
}

}  // namespace hypergauge::probes
