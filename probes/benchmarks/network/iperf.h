#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "probes/benchmarks/network/endpoint.h"

/// iperf3's protocol by libiperf. The library keeps global state and cannot be client and server in
/// one process, and it blocks as long as its peer does: each test runs in a child process.
namespace hypergauge::probes {

enum class Flow { kUp, kDown };  ///< from us to the server, from the server to us

/// Datagrams of one size at one pace.
struct Datagrams {
  int size = 0;
  int per_second = 0;
  int count = 0;
};

/// One test. `bytes`, `seconds` or `datagrams` ends it; iperf counts whole seconds only.
struct IperfTest {
  Endpoint server;
  Flow flow = Flow::kUp;
  uint64_t bytes = 0;
  int seconds = 0;
  int omit_seconds = 0;                               ///< at the beginning, not counted
  std::optional<Datagrams> datagrams = std::nullopt;  ///< over UDP instead of TCP
  std::chrono::milliseconds limit{};                  ///< for the whole test
  /// How long to try again when the server is busy with a test or between two of them.
  std::chrono::milliseconds patience = std::chrono::seconds(2);
  const Clock* clock = &Clock::System();
  std::function<bool()> stopped = [] { return false; };
};

/// As the receiver counted until the sender had handed over its last byte: what then was still in
/// buffers is missing, which is everything where all of it fitted.
struct IperfFigures {
  uint64_t bytes = 0;
  double seconds = 0;
  /// What TCP sent a second time; nothing where the sender cannot tell.
  std::optional<uint64_t> retransmits = std::nullopt;
  [[nodiscard]] double BytesPerSecond() const { return static_cast<double>(bytes) / seconds; }
};

/// What became of the datagrams of one test.
struct IperfUdpFigures {
  uint64_t sent = 0;
  uint64_t seen = 0;          ///< up to the last one that came
  uint64_t lost = 0;          ///< of those
  double jitter_seconds = 0;  ///< the receiver's, as RFC 3550 smooths it
};

/// Runs one test against a server, trying again with growing pauses while it is busy.
/// Errors: kUnavailable when refused, busy or broken off; kDeadlineExceeded when the server hangs;
/// kCancelled when stopped; kWrongAnswer for a result without the receiver's figures.
[[nodiscard]] Result<IperfFigures> RunIperfTest(const IperfTest& test);

/// Likewise of test.datagrams, which must be given.
[[nodiscard]] Result<IperfUdpFigures> RunIperfUdpTest(const IperfTest& test);

/// Reads the receiver's figures out of iperf3's JSON. Errors: kUnavailable with the text of its
/// member "error"; kWrongAnswer where the figures are missing.
[[nodiscard]] Result<IperfFigures> ParseIperfResult(const std::string& json);
[[nodiscard]] Result<IperfUdpFigures> ParseIperfUdpResult(const std::string& json);

/// Serves one test after another at the endpoint, in this very process; returns when it cannot
/// listen. Its process must serve nothing else.
void ServeIperf(const Endpoint& endpoint);

[[nodiscard]] std::string IperfVersion();

}  // namespace hypergauge::probes
