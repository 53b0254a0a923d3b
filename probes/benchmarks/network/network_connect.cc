// TCP connections one after another: a handshake, a byte there and back, an end.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/echo_peer.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kTimeout(3000);

class NetworkConnect final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return EchoPeer::Available(context, "network_connect");
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    nonces_.Seed(context.seed);
    context.report.labels["close"] = "reset";
    return peer_.Start(context);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto length = std::max<std::chrono::nanoseconds>(context.sample_time,
                                                           std::chrono::milliseconds(context.size));
    const auto start = context.clock->MonotonicRaw();
    auto elapsed = std::chrono::nanoseconds::zero();
    int64_t connections = 0;
    do {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      if (context.SendLeft() == 0) {
        return Fail(ErrorCode::kCeilingReached, "no further byte may be sent");
      }
      ++context.report.bytes_sent;
      if (auto done = OneConnection(context); !done) return tl::unexpected(done.error());
      ++connections;
      elapsed = context.clock->MonotonicRaw() - start;
    } while (elapsed < length);
    context.report.answer =
        std::to_string(context.report.bytes_sent) + " connections echoed a byte as sent";
    return std::vector<double>{static_cast<double>(connections) / ToSeconds(elapsed)};
  }

 private:
  // The byte shows that the other end itself took the connection and not only its kernel.
  Result<void> OneConnection(const Context& context) {
    const auto connection = ConnectTo(peer_.endpoint(), kTimeout);
    if (!connection) return tl::unexpected(connection.error());
    // Ends it by a reset: otherwise each would keep its port for a minute, and after 28,000 of them
    // there would be none left.
    const linger reset{.l_onoff = 1, .l_linger = 0};
    if (setsockopt(connection->descriptor(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) != 0) {
      return tl::unexpected(FromErrno(errno, "SO_LINGER"));
    }
    return RoundTrip(context, *connection, peer_.endpoint(), nonces_.Next());
  }

  EchoPeer peer_;
  Nonces nonces_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "network_connect",
        .version = 1,
        .category = "network",
        .help = "TCP connections opened one after another, each with a round trip of one byte",
        .quantities = {{.family = "network_connect_connections_per_second",
                        .unit = "connections_per_second",
                        .direction = Direction::kHigherIsBetter,
                        .help =
                            "TCP connections that one thread opens, uses and ends in a second"}},
        .work = {{Suite::kLight, {.size = 250, .work_unit = "connections for 250 ms"}},
                 {Suite::kStandard, {.size = 500, .work_unit = "connections for 0.5 s"}}},
        .resources = {"nic"},
    },
    [] { return std::make_unique<NetworkConnect>(); });

}  // namespace
}  // namespace hypergauge::probes
