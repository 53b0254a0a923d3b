// Round trips of one byte over TCP: what a request and its answer cost.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <random>

#include "base/statistics.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/network/echo_server.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kTimeout(3000);  // for an answer
constexpr const char* kLoopback = "127.0.0.1";

class NetworkTcpRr final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (context.peer.empty()) return {};
    const auto peer = ParsePeer(context.peer);
    if (!peer) return tl::unexpected(peer.error());
    if (peer->echo) return {};
    return Fail(ErrorCode::kUnsupported,
                "an iperf3 server does not echo: network_tcp_rr needs hypergauge's responder");
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    auto responder = context.peer.empty() ? StartResponder() : *ParsePeer(context.peer)->echo;
    if (!responder) return tl::unexpected(responder.error());
    ReportPeer(context, *responder);
    name_ = ToString(*responder);
    nonces_.seed(context.seed);
    auto connection = ConnectTo(*responder, kTimeout);
    if (!connection) return tl::unexpected(connection.error());
    connection_ = std::move(*connection);
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto length = std::max<std::chrono::nanoseconds>(context.sample_time,
                                                           std::chrono::milliseconds(context.size));
    const auto end = context.clock->MonotonicRaw() + length;
    std::vector<double> latencies;
    auto now = end - length;
    do {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      const auto start = context.clock->MonotonicRaw();
      if (auto echoed = RoundTrip(); !echoed) return tl::unexpected(echoed.error());
      now = context.clock->MonotonicRaw();
      latencies.push_back(ToSeconds(now - start));
    } while (now < end);
    context.report.bytes_sent += latencies.size();
    context.report.answer = std::to_string(context.report.bytes_sent) + " bytes came back as sent";
    std::vector<double> figures;
    for (const double fraction : {0.5, 0.99, 1.0}) {
      figures.push_back(Quantile(latencies, fraction).value_or(0));
    }
    return figures;
  }

 private:
  Result<Endpoint> StartResponder() {
    auto listener = ListenAt({.host = kLoopback, .port = 0});
    if (!listener) return tl::unexpected(listener.error());
    const auto port = LocalPort(*listener);
    if (!port) return tl::unexpected(port.error());
    auto child = ForkedProcess::Start([&] {
      EchoServer server(std::move(*listener));
      while (server.Serve(std::chrono::seconds(60))) {
      }
    });
    if (!child) return tl::unexpected(child.error());
    responder_ = std::move(*child);
    return Endpoint{.host = kLoopback, .port = *port};
  }

  // One byte that cannot be guessed, there and back.
  Result<void> RoundTrip() {
    const auto nonce = static_cast<uint8_t>(nonces_());
    uint8_t echo = 0;
    if (send(connection_.descriptor(), &nonce, 1, MSG_NOSIGNAL) != 1) {
      return tl::unexpected(FromErrno(errno, "cannot send to " + name_));
    }
    const ssize_t got = recv(connection_.descriptor(), &echo, 1, 0);
    if (got == 0) return Fail(ErrorCode::kUnavailable, name_ + " closed the connection");
    if (got < 0 && errno == EAGAIN) {
      return Fail(ErrorCode::kDeadlineExceeded,
                  name_ + " did not answer in " + std::to_string(kTimeout.count()) + " ms");
    }
    if (got < 0) return tl::unexpected(FromErrno(errno, "cannot receive from " + name_));
    if (echo == nonce) return {};
    return Fail(ErrorCode::kWrongAnswer,
                name_ + " answered " + std::to_string(echo) + " to " + std::to_string(nonce));
  }

  ForkedProcess responder_;
  Socket connection_;
  std::string name_;
  std::mt19937 nonces_;
};

Quantity Latency(const std::string& stat) {
  return {.family = "network_tcp_rr_latency_seconds",
          .unit = "seconds",
          .direction = Direction::kLowerIsBetter,
          .help = "Time of a round trip of one byte over TCP",
          .labels = {{"stat", stat}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "network_tcp_rr",
        .version = 1,
        .category = "network",
        .help = "Round trips of one byte over one TCP connection",
        .quantities = {Latency("p50"), Latency("p99"), Latency("max")},
        .work = {{Suite::kLight, {.size = 250, .work_unit = "round trips for 250 ms"}},
                 {Suite::kStandard, {.size = 1000, .work_unit = "round trips for 1 s"}},
                 {Suite::kPilot, {.size = 1000, .work_unit = "round trips for 1 s"}}},
        .resources = {"nic"},
    },
    [] { return std::make_unique<NetworkTcpRr>(); });

}  // namespace
}  // namespace hypergauge::probes
