#include <memory>

#include "probes/benchmarks/tools/iperf3.h"
#include "tests/bench/native_run.h"
#include "tests/bench/pair_group.h"

namespace hypergauge::bench {
namespace {

using probes::Flow;

constexpr int kPacketsPerSecond = 1000;
constexpr int kPacketBytes = 1000;
constexpr double kOnePoint = 0.01;

// The tool and a server of its own on loopback.
struct Iperf3 {
  probes::Tool tool;
  probes::Iperf3Server server;

  Result<void> Start(probes::Context& context) {
    auto opened = probes::Tool::Open(context, "iperf3");
    if (!opened) return tl::unexpected(opened.error());
    tool = std::move(*opened);
    auto started = probes::Iperf3Server::Start(tool);
    if (!started) return tl::unexpected(started.error());
    server = std::move(*started);
    return {};
  }
};

PairGroup Tcp(probes::Context& context) {
  const auto iperf3 = std::make_shared<Iperf3>();
  PairGroup group;
  group.benchmark = "network_tcp";
  for (const char* flow : {"up", "down"}) {
    group.sets.push_back({.name = std::string("network_tcp flow=") + flow,
                          .tool = "iperf3",
                          .low = 0.8,
                          .high = 1.25});
  }
  group.prepare = [&context, iperf3] { return iperf3->Start(context); };
  group.native = [&context]() -> Result<std::vector<double>> {
    const auto run = RunNative(context, "network_tcp", {"--size", "2000", "--sample-ms", "1000"});
    if (!run) return tl::unexpected(run.error());
    std::vector<double> figures;
    for (const char* flow : {"up", "down"}) {
      const auto figure =
          FigureOf(*run, SeriesName("network_tcp_bytes_per_second", {{"flow", flow}}));
      if (!figure) return tl::unexpected(figure.error());
      figures.push_back(*figure);
    }
    return figures;
  };
  group.tool = [&context, iperf3]() -> Result<std::vector<double>> {
    std::vector<double> figures;
    for (const Flow flow : {Flow::kUp, Flow::kDown}) {
      const auto done = probes::RunIperf3Tcp(
          context, iperf3->tool,
          {.server = iperf3->server.endpoint(), .flow = flow, .seconds = 1, .omit_seconds = 1});
      if (!done) return tl::unexpected(done.error());
      figures.push_back(done->bytes_per_second);
    }
    return figures;
  };
  return group;
}

PairGroup Udp(probes::Context& context) {
  const auto iperf3 = std::make_shared<Iperf3>();
  PairGroup group;
  group.benchmark = "network_udp";
  group.sets = {{.name = "network_udp loss",
                 .tool = "iperf3",
                 .low = -kOnePoint,
                 .high = kOnePoint,
                 .compare = Compare::kDifference}};
  group.prepare = [&context, iperf3] { return iperf3->Start(context); };
  group.native = [&context]() -> Result<std::vector<double>> {
    const auto run = RunNative(context, "network_udp", {"--size", "1000", "--sample-ms", "1000"});
    if (!run) return tl::unexpected(run.error());
    const auto figure = FigureOf(*run, "network_udp_loss_ratio");
    if (!figure) return tl::unexpected(figure.error());
    return std::vector<double>{*figure};
  };
  group.tool = [&context, iperf3]() -> Result<std::vector<double>> {
    const auto done =
        probes::RunIperf3Udp(context, iperf3->tool, {.server = iperf3->server.endpoint()},
                             kPacketsPerSecond, kPacketBytes);
    if (!done) return tl::unexpected(done.error());
    // iperf3 paces by a timer and may be a few datagrams short; a tenth is another test.
    if (done->packets < kPacketsPerSecond * 9 / 10) {
      return Fail(ErrorCode::kWrongAnswer,
                  "iperf3 sent " + std::to_string(done->packets) + " datagrams instead of 1000");
    }
    return std::vector<double>{done->loss_ratio};
  };
  return group;
}

}  // namespace

std::vector<PairGroup> NetworkGroups(probes::Context& context) {
  return {Tcp(context), Udp(context)};
}

}  // namespace hypergauge::bench
