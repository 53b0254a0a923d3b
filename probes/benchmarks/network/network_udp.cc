// What becomes of datagrams at a steady pace, by iperf3's protocol, so that any iperf3 server is a
// peer.
#include "probes/benchmarks/network/network_udp.h"

#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/iperf_peer.h"

namespace hypergauge::probes {

using std::chrono::milliseconds;

namespace {

constexpr int kPerSecond = 1000;
constexpr int kBytes = 1000;  // of a datagram: fits every link without being cut into pieces
constexpr milliseconds kOverhead(4000);

}  // namespace

Result<double> LossOf(const IperfUdpFigures& figures, uint64_t planned) {
  // iperf's pace may end it a datagram or two sooner or later.
  if (figures.sent + planned / 10 < planned || figures.seen > figures.sent ||
      figures.lost > figures.seen) {
    return Fail(ErrorCode::kWrongAnswer,
                "iperf3 sent " + std::to_string(figures.sent) + " of " + std::to_string(planned) +
                    " datagrams, of which the receiver saw " + std::to_string(figures.seen) +
                    " and lost " + std::to_string(figures.lost));
  }
  // The receiver stops counting when it is told of the end, which may overtake many of the last
  // datagrams where it has to wait for a CPU. Hardly any loss begins so late, but where most is
  // missing it is no question of time.
  const uint64_t unseen = figures.sent - figures.seen;
  const bool were_late = unseen <= figures.seen;
  const auto lost = static_cast<double>(figures.lost + (were_late ? 0 : unseen));
  return lost / static_cast<double>(were_late ? figures.seen : figures.sent);
}

namespace {

class NetworkUdp final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return IperfPeer::Available(context);
  }

  Result<void> Prepare(Context& context) override {
    context.report.labels["datagram_bytes"] = std::to_string(kBytes);
    return peer_.Start(context);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto length =
        std::max(milliseconds(context.size), std::chrono::ceil<milliseconds>(context.sample_time));
    const auto count = length.count() * kPerSecond / 1000;
    const auto bytes = static_cast<uint64_t>(count * kBytes);
    if (bytes > context.SendLeft()) {
      return Fail(ErrorCode::kCeilingReached,
                  std::to_string(count) + " datagrams do not fit into the " +
                      std::to_string(context.SendLeft()) + " bytes that may still be sent");
    }
    context.report.bytes_sent += bytes;
    auto test = peer_.TestFor(context, 2 * length + kOverhead);
    test.datagrams =
        Datagrams{.size = kBytes, .per_second = kPerSecond, .count = static_cast<int>(count)};
    const auto figures = RunIperfUdpTest(test);
    if (!figures) return tl::unexpected(figures.error());
    const auto loss = LossOf(*figures, static_cast<uint64_t>(count));
    if (!loss) return tl::unexpected(loss.error());
    sent_ += figures->sent;
    seen_ += figures->seen;
    lost_ += figures->lost;
    context.report.answer = std::to_string(sent_) + " datagrams sent, " + std::to_string(seen_) +
                            " seen by the receiver, " + std::to_string(lost_) + " of them lost";
    return std::vector<double>{figures->jitter_seconds, *loss};
  }

 private:
  IperfPeer peer_;
  uint64_t sent_ = 0;
  uint64_t seen_ = 0;
  uint64_t lost_ = 0;
};

constexpr uint64_t LeastBytes(uint64_t datagrams) {
  return 4 * datagrams * kBytes;
}

const Registrar kRegistrar(
    Descriptor{
        .name = "network_udp",
        .version = 1,
        .category = "network",
        .help = "Jitter and loss of 1000 datagrams a second to the peer, counted by the receiver",
        // Jitter first: a median of 0 losses is never known to be precise.
        .quantities = {{.family = "network_udp_jitter_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Jitter of datagrams as RFC 3550 defines it, at the receiver"},
                       {.family = "network_udp_loss_ratio",
                        .unit = "ratio",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Datagrams that did not arrive, as a ratio of those sent",
                        .unranked = true}},
        .work = {{Suite::kLight,
                  {.size = 250,
                   .work_unit = "1000 datagrams a second for 250 ms",
                   .bytes_sent = LeastBytes(250)}},
                 {Suite::kStandard,
                  {.size = 2000,
                   .work_unit = "1000 datagrams a second for 2 s",
                   .bytes_sent = LeastBytes(2000)}}},
        .resources = {"nic"},
    },
    [] { return std::make_unique<NetworkUdp>(); });

}  // namespace
}  // namespace hypergauge::probes
