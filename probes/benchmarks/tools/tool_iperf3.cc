// The program iperf3: TCP up and down, and UDP's loss and jitter.
#include <algorithm>
#include <array>

#include "probes/benchmark.h"
#include "probes/benchmarks/tools/iperf3.h"

namespace hypergauge::probes {
namespace {

constexpr int kPacketsPerSecond = 1000;
constexpr int kPacketBytes = 1000;
constexpr uint64_t kBlockBytes = uint64_t{128} << 10;  // of iperf3's TCP, sent whole
constexpr uint64_t kFirstBytes = uint64_t{16} << 20;   // under a ceiling, with the rate unknown

class ToolIperf3 final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    const auto path = FindProgram("iperf3");
    if (!path) return tl::unexpected(path.error());
    if (context.peer.empty()) return {};
    const auto peer = ParsePeer(context.peer);
    return peer ? Result<void>() : tl::unexpected(peer.error());
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    auto tool = Tool::Open(context, "iperf3");
    if (!tool) return tl::unexpected(tool.error());
    iperf3_ = std::move(*tool);
    if (context.peer.empty()) {
      auto server = Iperf3Server::Start(iperf3_);
      if (!server) return tl::unexpected(server.error());
      server_ = std::move(*server);
      other_end_ = server_.endpoint();
    } else {
      other_end_ = ParsePeer(context.peer)->iperf;
    }
    ReportPeer(context, other_end_);
    context.report.threads = 1;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto up = Transfer(context, Flow::kUp);
    if (!up) return tl::unexpected(up.error());
    const auto down = Transfer(context, Flow::kDown);
    if (!down) return tl::unexpected(down.error());
    const auto udp = SendDatagrams(context);
    if (!udp) return tl::unexpected(udp.error());
    received_ += up->bytes_received + down->bytes_received;
    packets_ += udp->packets;
    context.report.answer = std::to_string(received_) + " bytes and " + std::to_string(packets_) +
                            " datagrams, counted by the receivers";
    return std::vector<double>{up->bytes_per_second, down->bytes_per_second,
                               static_cast<double>(up->retransmits.value_or(0)), udp->loss_ratio,
                               udp->jitter_seconds};
  }

 private:
  static bool HasCeiling(const Context& context) { return context.max_bytes_sent != UINT64_MAX; }

  [[nodiscard]] Iperf3Plan Plan(const Context& context, Flow flow) const {
    const auto seconds = std::max<int64_t>(
        context.size, std::chrono::ceil<std::chrono::seconds>(context.sample_time).count());
    return {.server = other_end_,
            .flow = flow,
            .seconds = static_cast<int>(seconds),
            .omit_seconds = seconds >= 2 ? 1 : 0};
  }

  // Nothing bounds what a second transfers, so that a ceiling turns it into a number of bytes.
  Result<Iperf3Tcp> Transfer(Context& context, Flow flow) {
    auto plan = Plan(context, flow);
    if (flow == Flow::kUp && HasCeiling(context)) {
      const auto wanted = static_cast<uint64_t>(rate_ * plan.seconds);
      plan.bytes =
          std::min(std::max(wanted, kFirstBytes), context.SendLeft()) / kBlockBytes * kBlockBytes;
      plan.omit_seconds = 0;
      if (plan.bytes == 0) return NothingLeft();
    }
    auto figures = RunIperf3Tcp(context, iperf3_, plan);
    if (!figures) return figures;
    if (flow == Flow::kUp) {
      context.report.bytes_sent += figures->bytes_sent;
      rate_ = figures->bytes_per_second;
    }
    return figures;
  }

  Result<Iperf3Udp> SendDatagrams(Context& context) const {
    const auto plan = Plan(context, Flow::kUp);
    const auto bytes = uint64_t{kPacketsPerSecond} * kPacketBytes *
                       static_cast<uint64_t>(plan.seconds + plan.omit_seconds);
    if (context.SendLeft() < bytes) return NothingLeft();
    context.report.bytes_sent += bytes;
    return RunIperf3Udp(context, iperf3_, plan, kPacketsPerSecond, kPacketBytes);
  }

  static tl::unexpected<Error> NothingLeft() {
    return Fail(ErrorCode::kCeilingReached, "no more bytes may be sent for iperf3");
  }

  Tool iperf3_;
  Iperf3Server server_;
  Endpoint other_end_;
  double rate_ = 0;  ///< upwards, as last seen
  uint64_t received_ = 0;
  uint64_t packets_ = 0;
};

Quantity Rate(const std::string& flow) {
  return {.family = "tool_iperf3_bytes_per_second",
          .unit = "bytes_per_second",
          .direction = Direction::kHigherIsBetter,
          .help = "iperf3's TCP throughput to the peer (up) or from it (down)",
          .labels = {{"flow", flow}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "tool_iperf3",
        .version = 1,
        .category = "tools",
        .help = "iperf3: TCP up and down, loss and jitter of UDP",
        .quantities = {Rate("up"),
                       Rate("down"),
                       {.family = "tool_iperf3_retransmits",
                        .unit = "retransmits",
                        .direction = Direction::kLowerIsBetter,
                        .help = "TCP segments that iperf3 had to send again on the way up"},
                       {.family = "tool_iperf3_loss_ratio",
                        .unit = "ratio",
                        .direction = Direction::kLowerIsBetter,
                        .help = "iperf3's UDP datagrams that were lost, of 1000 a second"},
                       {.family = "tool_iperf3_jitter_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "iperf3's jitter of 1000 UDP datagrams a second"}},
        .resources = {"nic"},
        .default_work = {.size = 1,
                         .work_unit = "iperf3 for 1 s up, 1 s down, 1 s of UDP",
                         .bytes_sent = 4 * kFirstBytes},
    },
    [] { return std::make_unique<ToolIperf3>(); });

}  // namespace
}  // namespace hypergauge::probes
