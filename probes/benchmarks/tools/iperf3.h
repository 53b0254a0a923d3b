#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "probes/benchmarks/network/endpoint.h"
#include "probes/benchmarks/network/forked_process.h"
#include "probes/benchmarks/network/iperf.h"
#include "probes/benchmarks/network/socket.h"
#include "probes/benchmarks/tools/tool.h"

/// The program iperf3, as client and as the server of tests on this machine.
namespace hypergauge::probes {

/// One test; ended by `bytes` where they are given, else by `seconds`.
struct Iperf3Plan {
  Endpoint server;
  Flow flow = Flow::kUp;
  int seconds = 1;
  int omit_seconds = 0;  ///< at the beginning, not counted
  uint64_t bytes = 0;
};

struct Iperf3Tcp {
  double bytes_per_second = 0;  ///< as the receiver counted
  uint64_t bytes_sent = 0;
  uint64_t bytes_received = 0;
  std::optional<uint64_t> retransmits = {};  ///< of the sender; not every system counts them
};

struct Iperf3Udp {
  double loss_ratio = 0;
  double jitter_seconds = 0;
  uint64_t packets = 0;
};

/// Read iperf3's JSON, whatever stands before it. Errors: kUnavailable with iperf3's own words from
/// its member "error" ("the server is busy running a test"); kWrongAnswer where a figure is missing
/// or impossible.
[[nodiscard]] Result<Iperf3Tcp> ParseIperf3Tcp(const std::string& text);
[[nodiscard]] Result<Iperf3Udp> ParseIperf3Udp(const std::string& text);

/// A client that sends or receives by TCP; tries again for two seconds while it is told
/// kUnavailable. Errors: those of Tool::Run and ParseIperf3Tcp.
[[nodiscard]] Result<Iperf3Tcp> RunIperf3Tcp(const Context& context, const Tool& iperf3,
                                             const Iperf3Plan& plan);

/// Sends so many datagrams of `length` bytes a second.
[[nodiscard]] Result<Iperf3Udp> RunIperf3Udp(const Context& context, const Tool& iperf3,
                                             const Iperf3Plan& plan, int packets_per_second,
                                             int length);

/// `iperf3 -s` on a free port of the loopback interface, as long as the object lives.
class Iperf3Server {
 public:
  [[nodiscard]] static Result<Iperf3Server> Start(const Tool& iperf3);

  Iperf3Server() = default;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  Socket reserved_;
  ForkedProcess process_;
};

}  // namespace hypergauge::probes
