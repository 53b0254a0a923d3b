#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "probes/benchmarks/network/endpoint.h"

/// iperf3's protocol by libiperf. The library keeps global state and cannot be client and server in
/// one process, and it blocks as long as its peer does: each test runs in a child process.
namespace hypergauge::probes {

/// How long a client tries again when a server is busy with a test or between two of them.
inline constexpr std::chrono::seconds kIperfPatience{2};

enum class Flow { kUp, kDown };  ///< from us to the server, from the server to us

/// One test. Either `bytes` or `seconds` ends it; iperf counts whole seconds only.
struct IperfTest {
  Endpoint server;
  Flow flow = Flow::kUp;
  uint64_t bytes = 0;
  int seconds = 0;
  int omit_seconds = 0;               ///< at the beginning, not counted
  std::chrono::milliseconds limit{};  ///< for the whole test
  const Clock* clock = &Clock::System();
  std::function<bool()> stopped = [] { return false; };
};

/// As the receiver counted until the sender had handed over its last byte: what then was still in
/// buffers is missing, which is everything where all of it fitted.
struct IperfFigures {
  uint64_t bytes = 0;
  double seconds = 0;
  [[nodiscard]] double BytesPerSecond() const { return static_cast<double>(bytes) / seconds; }
};

/// Runs one test against a server, trying again for kIperfPatience.
/// Errors: kUnavailable when refused, busy or broken off; kDeadlineExceeded when the server hangs;
/// kCancelled when stopped; kWrongAnswer for a result without the receiver's figures.
[[nodiscard]] Result<IperfFigures> RunIperfTest(const IperfTest& test);

/// Reads the receiver's figures out of iperf3's JSON. Errors: kUnavailable with the text of its
/// member "error"; kWrongAnswer where the figures are missing.
[[nodiscard]] Result<IperfFigures> ParseIperfResult(const std::string& json);

/// Serves one test after another at the endpoint, in this very process; returns when it cannot
/// listen. Its process must serve nothing else.
void ServeIperf(const Endpoint& endpoint);

[[nodiscard]] std::string IperfVersion();

}  // namespace hypergauge::probes
