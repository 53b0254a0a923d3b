// TCP's throughput, up and down, by iperf3's protocol, so that any iperf3 server is a peer.
#include <algorithm>
#include <array>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;

constexpr const char* kLoopback = "127.0.0.1";
constexpr milliseconds kOverhead(4000);                // what a test may take beside its transfer
constexpr uint64_t kFirstBytes = uint64_t{128} << 10;  // one of iperf3's blocks
constexpr uint64_t kMostBytes = uint64_t{8} << 30;
constexpr uint64_t kLeastBytes = uint64_t{4} << 20;  // more than is under way in a LAN
constexpr milliseconds kWholeSecond(1000);
constexpr double kCalibrated = 0.02;  // seconds of a transfer from which its rate is known

class NetworkTcp final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (context.peer.empty()) return {};
    const auto peer = ParsePeer(context.peer);
    return peer ? Result<void>() : tl::unexpected(peer.error());
  }

  Result<void> Prepare(Context& context) override {
    context.report.libraries["libiperf"] = IperfVersion();
    if (context.peer.empty()) {
      if (auto started = StartServer(); !started) return started;
    } else {
      auto peer = ParsePeer(context.peer);
      if (!peer) return tl::unexpected(peer.error());
      server_ = std::move(peer->iperf);
    }
    ReportPeer(context, server_);
    for (const Flow flow : {Flow::kUp, Flow::kDown}) {
      auto rate = FindRate(context, flow);
      if (!rate) return tl::unexpected(rate.error());
      expected_[Index(flow)] = *rate;
    }
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::vector<double> rates;
    for (const Flow flow : {Flow::kUp, Flow::kDown}) {
      auto figures = Transfer(context, PlanTest(context, flow));
      if (!figures) return tl::unexpected(figures.error());
      if (auto plausible = CheckFigures(*figures); !plausible) {
        return tl::unexpected(plausible.error());
      }
      expected_[Index(flow)] = figures->BytesPerSecond();
      rates.push_back(figures->BytesPerSecond());
      received_ += figures->bytes;
    }
    context.report.answer = std::to_string(received_) + " bytes counted by the receivers";
    return rates;
  }

 private:
  static size_t Index(Flow flow) { return flow == Flow::kUp ? 0 : 1; }

  Result<void> StartServer() {
    auto reserved = BindTo({.host = kLoopback, .port = 0});
    if (!reserved) return tl::unexpected(reserved.error());
    const auto port = LocalPort(*reserved);
    if (!port) return tl::unexpected(port.error());
    reserved_ = std::move(*reserved);
    server_ = {.host = kLoopback, .port = *port};
    auto child = ForkedProcess::Start([this] { ServeIperf(server_); });
    if (!child) return tl::unexpected(child.error());
    process_ = std::move(*child);
    return {};
  }

  // iperf counts whole seconds. A shorter transfer ends after as many bytes as should fill it, if
  // they are so many that the buffers on their way do not matter.
  [[nodiscard]] IperfTest PlanTest(const Context& context, Flow flow) const {
    const auto length =
        std::max(milliseconds(context.size), std::chrono::ceil<milliseconds>(context.sample_time));
    IperfTest test{.server = server_, .flow = flow, .limit = 4 * length + kOverhead};
    const auto bytes = static_cast<uint64_t>(expected_[Index(flow)] * ToSeconds(length));
    if (length >= kWholeSecond || bytes < kLeastBytes) {
      test.seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(length).count());
      test.omit_seconds = length >= kWholeSecond ? 1 : 0;
    } else {
      test.bytes = bytes;
    }
    return test;
  }

  // Transfers more and more until it takes long enough to know the bytes per second.
  Result<double> FindRate(Context& context, Flow flow) {
    for (uint64_t bytes = kFirstBytes; bytes <= kMostBytes; bytes *= 4) {
      auto figures =
          Transfer(context, {.server = server_, .flow = flow, .bytes = bytes, .limit = kOverhead});
      if (!figures) return tl::unexpected(figures.error());
      if (figures->bytes > 0 && figures->seconds >= kCalibrated) return figures->BytesPerSecond();
    }
    return Fail(ErrorCode::kWrongAnswer,
                "iperf3 server " + ToString(server_) + " claims to transfer anything in no time");
  }

  static Result<void> CheckFigures(const IperfFigures& figures) {
    if (figures.bytes > 0 && figures.seconds > 0) return {};
    return Fail(ErrorCode::kWrongAnswer, "iperf3's receiver counted " +
                                             std::to_string(figures.bytes) + " bytes in " +
                                             std::to_string(figures.seconds) + " s");
  }

  Result<IperfFigures> Transfer(Context& context, IperfTest test) const {
    test.clock = context.clock;
    test.stopped = [&context] { return context.Stopped(); };
    auto figures = RunIperfTest(test);
    if (figures && test.flow == Flow::kUp) context.report.bytes_sent += figures->bytes;
    return figures;
  }

  Endpoint server_;
  Socket reserved_;
  ForkedProcess process_;
  std::array<double, 2> expected_{};  ///< bytes per second
  uint64_t received_ = 0;
};

Quantity Rate(const std::string& flow) {
  return {.family = "network_tcp_bytes_per_second",
          .unit = "bytes_per_second",
          .direction = Direction::kHigherIsBetter,
          .help = "Throughput of one TCP connection to the peer (up) or from it (down)",
          .labels = {{"flow", flow}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "network_tcp",
        .version = 1,
        .category = "network",
        .help = "Throughput of one TCP connection in either direction, counted by the receiver",
        .quantities = {Rate("up"), Rate("down")},
        .work = {{Suite::kLight, {.size = 300, .work_unit = "300 ms up and down"}},
                 {Suite::kStandard, {.size = 2000, .work_unit = "2 s up and down after 1 s"}},
                 {Suite::kPilot, {.size = 2000, .work_unit = "2 s up and down after 1 s"}}},
        .resources = {"nic"},
    },
    [] { return std::make_unique<NetworkTcp>(); });

}  // namespace
}  // namespace hypergauge::probes
