// TCP's throughput, up and down, by iperf3's protocol, so that any iperf3 server is a peer.
#include <algorithm>
#include <array>

#include "probes/benchmark.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/iperf_peer.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kOverhead(4000);           // what a test may take beside its transfer
constexpr uint64_t kBlock = uint64_t{128} << 10;  // iperf3 sends whole ones
constexpr uint64_t kMostBytes = uint64_t{8} << 30;
constexpr uint64_t kLeastBytes = uint64_t{4} << 20;  // more than is under way in a LAN
constexpr uint64_t kLeastTransfers = 4;              // up: a warm-up and three samples
constexpr milliseconds kTimed(2000);                 // from which iperf's whole seconds will do
constexpr double kCalibrated = 0.02;  // seconds of a transfer from which its rate is known
constexpr double kFaster = 1.5;       // a timed transfer may be so much faster than the last one

class NetworkTcp final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return IperfPeer::Available(context);
  }

  Result<void> Prepare(Context& context) override {
    if (auto started = peer_.Start(context); !started) return started;
    for (const Flow flow : {Flow::kUp, Flow::kDown}) {
      auto rate = FindRate(context, flow);
      if (!rate) return tl::unexpected(rate.error());
      expected_[Index(flow)] = *rate;
    }
    share_ = context.SendLeft() / kLeastTransfers;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::array<IperfFigures, 2> figures;
    for (const Flow flow : {Flow::kUp, Flow::kDown}) {
      auto test = PlanTest(context, flow);
      if (!test) return tl::unexpected(test.error());
      auto transferred = Transfer(context, *test);
      if (!transferred) return tl::unexpected(transferred.error());
      if (auto plausible = CheckFigures(*transferred); !plausible) {
        return tl::unexpected(plausible.error());
      }
      expected_[Index(flow)] = transferred->BytesPerSecond();
      received_ += transferred->bytes;
      figures[Index(flow)] = *transferred;
    }
    const auto& [up, down] = figures;
    if (!up.retransmits) {
      return Fail(ErrorCode::kUnsupported, "this system does not count TCP's retransmits");
    }
    context.report.answer = std::to_string(received_) + " bytes counted by the receivers";
    return std::vector<double>{up.BytesPerSecond(), down.BytesPerSecond(),
                               static_cast<double>(*up.retransmits)};
  }

 private:
  static size_t Index(Flow flow) { return flow == Flow::kUp ? 0 : 1; }

  // iperf counts whole seconds, so that the shortest that can be dropped is the first one. A
  // shorter transfer ends after as many bytes as should fill it, if they are so many that the
  // buffers on their way do not matter; so does one that would send too much otherwise.
  [[nodiscard]] Result<IperfTest> PlanTest(const Context& context, Flow flow) const {
    const auto length =
        std::max(milliseconds(context.size), std::chrono::ceil<milliseconds>(context.sample_time));
    auto test = peer_.TestFor(context, 4 * length + kOverhead);
    test.flow = flow;
    const uint64_t most = flow == Flow::kUp ? std::min(context.SendLeft(), share_) : UINT64_MAX;
    const double rate = expected_[Index(flow)];
    const auto whole = std::chrono::ceil<std::chrono::seconds>(length);
    const bool may_be_timed = kFaster * rate * ToSeconds(whole) <= static_cast<double>(most);
    const auto bytes = static_cast<uint64_t>(rate * ToSeconds(length));
    if (may_be_timed && (length >= kTimed || bytes < kLeastBytes)) {
      test.omit_seconds = length >= kTimed ? 1 : 0;
      test.seconds = static_cast<int>(whole.count()) - test.omit_seconds;
      return test;
    }
    test.bytes = std::min(bytes, most) / kBlock * kBlock;
    if (test.bytes >= kLeastBytes) return test;
    return Fail(ErrorCode::kCeilingReached, "another transfer does not fit into the " +
                                                std::to_string(most) +
                                                " bytes that may still be sent");
  }

  // Transfers more and more until it takes long enough to know the bytes per second.
  Result<double> FindRate(Context& context, Flow flow) {
    for (uint64_t bytes = kBlock; bytes <= kMostBytes; bytes *= 4) {
      if (flow == Flow::kUp && bytes > context.SendLeft()) {
        return Fail(ErrorCode::kUnsupported,
                    "the ceiling of sent bytes leaves too few to find out "
                    "the throughput");
      }
      auto test = peer_.TestFor(context, kOverhead);
      test.flow = flow;
      test.bytes = bytes;
      auto figures = Transfer(context, test);
      if (!figures) return tl::unexpected(figures.error());
      if (figures->bytes > 0 && figures->seconds >= kCalibrated) return figures->BytesPerSecond();
    }
    return Fail(ErrorCode::kWrongAnswer, "iperf3 server " + ToString(peer_.endpoint()) +
                                             " claims to transfer anything in no time");
  }

  static Result<void> CheckFigures(const IperfFigures& figures) {
    if (figures.bytes > 0 && figures.seconds > 0) return {};
    return Fail(ErrorCode::kWrongAnswer, "iperf3's receiver counted " +
                                             std::to_string(figures.bytes) + " bytes in " +
                                             std::to_string(figures.seconds) + " s");
  }

  static Result<IperfFigures> Transfer(Context& context, const IperfTest& test) {
    auto figures = RunIperfTest(test);
    if (test.flow == Flow::kUp) {
      // One that was broken off may have sent everything; what was dropped was sent all the same.
      const uint64_t counted = figures ? figures->bytes : 0;
      const auto dropped = test.omit_seconds * counted / std::max(1, test.seconds);
      context.report.bytes_sent += std::max(test.bytes, counted + dropped);
    }
    return figures;
  }

  IperfPeer peer_;
  std::array<double, 2> expected_{};  ///< bytes per second
  uint64_t share_ = 0;                ///< of what may be sent, for one transfer
  uint64_t received_ = 0;
};

Quantity Rate(const std::string& flow) {
  return {.family = "network_tcp_bytes_per_second",
          .unit = "bytes_per_second",
          .direction = Direction::kHigherIsBetter,
          .help = "Throughput of one TCP connection to the peer (up) or from it (down)",
          .labels = {{"flow", flow}}};
}

Quantity Retransmits() {
  return {.family = "network_tcp_retransmitted_segments",
          .unit = "segments",
          .direction = Direction::kLowerIsBetter,
          .help = "TCP segments that this node sent a second time in one transfer to the peer",
          .labels = {{"flow", "up"}},
          .unranked = true};  // none on most networks: no ratio can be made of it
}

const Registrar kRegistrar(
    Descriptor{
        .name = "network_tcp",
        .version = 2,
        .category = "network",
        .help = "Throughput of one TCP connection in either direction, counted by the receiver",
        .quantities = {Rate("up"), Rate("down"), Retransmits()},
        .work = {{Suite::kLight,
                  {.size = 300,
                   .work_unit = "300 ms up and down",
                   .bytes_sent = kLeastTransfers * kLeastBytes}},
                 {Suite::kStandard,
                  {.size = 2000,
                   .work_unit = "2 s up and down, the first second dropped",
                   .bytes_sent = kLeastTransfers * kLeastBytes}},
                 {Suite::kPilot,
                  {.size = 2000,
                   .work_unit = "2 s up and down, the first second dropped",
                   .bytes_sent = kLeastTransfers * kLeastBytes}}},
        .resources = {"nic"},
    },
    [] { return std::make_unique<NetworkTcp>(); });

}  // namespace
}  // namespace hypergauge::probes
