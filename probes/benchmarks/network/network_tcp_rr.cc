// Round trips of one byte over TCP: what a request and its answer cost.
#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/echo_peer.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kTimeout(3000);  // for an answer

class NetworkTcpRr final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return EchoPeer::Available(context, "network_tcp_rr");
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto started = peer_.Start(context); !started) return started;
    nonces_.Seed(context.seed);
    auto connection = ConnectTo(peer_.endpoint(), kTimeout);
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
      if (context.SendLeft() == 0) {
        return Fail(ErrorCode::kCeilingReached, "no further byte may be sent");
      }
      ++context.report.bytes_sent;
      const auto start = context.clock->MonotonicRaw();
      auto echoed = RoundTrip(context, connection_, peer_.endpoint(), nonces_.Next());
      if (!echoed) return tl::unexpected(std::move(echoed.error()));
      now = context.clock->MonotonicRaw();
      latencies.push_back(ToSeconds(now - start));
    } while (now < end);
    context.report.answer = std::to_string(context.report.bytes_sent) + " bytes came back as sent";
    return LatencyFigures(latencies);
  }

 private:
  EchoPeer peer_;
  Socket connection_;
  Nonces nonces_;
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
        .core = true,
    },
    [] { return std::make_unique<NetworkTcpRr>(); });

}  // namespace
}  // namespace hypergauge::probes
