#include "probes/benchmarks/network/iperf_peer.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
// Another's test of ten seconds, iperf3's default, is waited for where the suite has the time.
constexpr std::chrono::seconds kShortPatience{2};
constexpr std::chrono::seconds kLongPatience{15};

}  // namespace

Result<void> IperfPeer::Available(const Context& context) {
  if (context.peer.empty()) return {};
  const auto peer = ParsePeer(context.peer);
  return peer ? Result<void>() : tl::unexpected(peer.error());
}

Result<void> IperfPeer::Start(Context& context) {
  context.report.libraries["libiperf"] = IperfVersion();
  if (context.peer.empty()) {
    if (auto started = StartOwn(); !started) return started;
  } else {
    auto peer = ParsePeer(context.peer);
    if (!peer) return tl::unexpected(peer.error());
    endpoint_ = std::move(peer->iperf);
  }
  ReportPeer(context, endpoint_);
  return {};
}

IperfTest IperfPeer::TestFor(const Context& context, std::chrono::milliseconds limit) const {
  return {.server = endpoint_,
          .limit = limit,
          .patience = context.suite == Suite::kLight ? kShortPatience : kLongPatience,
          .clock = context.clock,
          .stopped = [&context] { return context.Stopped(); }};
}

Result<void> IperfPeer::StartOwn() {
  auto reserved = BindTo({.host = kLoopback, .port = 0});
  if (!reserved) return tl::unexpected(reserved.error());
  const auto port = LocalPort(*reserved);
  if (!port) return tl::unexpected(port.error());
  reserved_ = std::move(*reserved);
  endpoint_ = {.host = kLoopback, .port = *port};
  auto child = ForkedProcess::Start([this] { ServeIperf(endpoint_); });
  if (!child) return tl::unexpected(child.error());
  process_ = std::move(*child);
  return {};
}

}  // namespace hypergauge::probes
