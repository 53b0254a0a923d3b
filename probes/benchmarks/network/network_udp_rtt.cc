// Round trips of one byte over UDP.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/echo_peer.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kLostAfter(500);
constexpr int kMostLostInARow = 6;

class NetworkUdpRtt final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return EchoPeer::Available(context, "network_udp_rtt");
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto started = peer_.Start(context); !started) return started;
    nonces_.Seed(context.seed);
    return Connect();
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto length = std::max<std::chrono::nanoseconds>(context.sample_time,
                                                           std::chrono::milliseconds(context.size));
    const auto end = context.clock->MonotonicRaw() + length;
    std::vector<double> latencies;
    int lost = 0;
    int lost_in_a_row = 0;
    auto now = end - length;
    do {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      if (context.SendLeft() == 0) {
        return Fail(ErrorCode::kCeilingReached, "no further byte may be sent");
      }
      ++context.report.bytes_sent;
      const auto start = context.clock->MonotonicRaw();
      const auto came = DatagramRoundTrip(context);
      if (!came) return tl::unexpected(came.error());
      now = context.clock->MonotonicRaw();
      lost_in_a_row = *came ? 0 : lost_in_a_row + 1;
      if (*came) {
        latencies.push_back(ToSeconds(now - start));
      } else if (++lost; lost_in_a_row >= kMostLostInARow) {
        return Fail(ErrorCode::kDeadlineExceeded,
                    ToString(peer_.endpoint()) + " did not answer " +
                        std::to_string(lost_in_a_row) + " datagrams, " +
                        std::to_string(kLostAfter.count()) + " ms each");
      } else if (auto connected = Connect(); !connected) {
        return tl::unexpected(connected.error());
      }
    } while (now < end || latencies.empty());
    came_ += latencies.size();
    lost_ += static_cast<uint64_t>(lost);
    context.report.answer =
        std::to_string(came_) + " bytes came back as sent, " + std::to_string(lost_) + " were lost";
    auto figures = LatencyFigures(latencies);
    figures.push_back(lost / (lost + static_cast<double>(latencies.size())));
    return figures;
  }

 private:
  // A new port of ours: what was lost and comes late after all, comes to nobody.
  Result<void> Connect() {
    auto socket = ConnectUdpTo(peer_.endpoint(), kLostAfter);
    if (!socket) return tl::unexpected(socket.error());
    socket_ = std::move(*socket);
    last_.reset();
    return {};
  }

  // Whether the echo came.
  Result<bool> DatagramRoundTrip(const Context& context) {
    const uint8_t nonce = nonces_.Next();
    const auto name = ToString(peer_.endpoint());
    if (send(socket_.descriptor(), &nonce, 1, 0) != 1) {
      return tl::unexpected(FromErrno(errno, "cannot send to " + name));
    }
    for (;;) {
      uint8_t echo = 0;
      const ssize_t got = recv(socket_.descriptor(), &echo, 1, 0);
      if (got < 0 && context.Stopped()) {
        return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      }
      if (got < 0 && errno == EAGAIN) return false;
      if (got < 0) return tl::unexpected(FromErrno(errno, "cannot receive from " + name));
      if (got == 1 && echo == last_) continue;  // UDP may deliver twice
      last_ = nonce;
      if (got == 0) return Fail(ErrorCode::kWrongAnswer, name + " answered nothing");
      if (auto same = CheckEcho(peer_.endpoint(), nonce, echo); !same) {
        return tl::unexpected(same.error());
      }
      return true;
    }
  }

  EchoPeer peer_;
  Socket socket_;
  Nonces nonces_;
  std::optional<uint8_t> last_;  ///< the nonce that was echoed last
  uint64_t came_ = 0;
  uint64_t lost_ = 0;
};

Quantity Latency(const std::string& stat) {
  return {.family = "network_udp_rtt_latency_seconds",
          .unit = "seconds",
          .direction = Direction::kLowerIsBetter,
          .help = "Time of a round trip of one byte over UDP",
          .labels = {{"stat", stat}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "network_udp_rtt",
        .version = 1,
        .category = "network",
        .help = "Round trips of one byte over UDP, one after another",
        .quantities = {Latency("p50"),
                       Latency("p99"),
                       Latency("max"),
                       {.family = "network_udp_rtt_loss_ratio",
                        .unit = "ratio",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Round trips over UDP without an answer, as a ratio of all",
                        .unranked = true}},
        .work = {{Suite::kLight, {.size = 250, .work_unit = "round trips for 250 ms"}},
                 {Suite::kStandard, {.size = 1000, .work_unit = "round trips for 1 s"}}},
        .resources = {"nic"},
    },
    [] { return std::make_unique<NetworkUdpRtt>(); });

}  // namespace
}  // namespace hypergauge::probes
