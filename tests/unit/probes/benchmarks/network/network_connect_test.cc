#include <gtest/gtest.h>
#include <sys/socket.h>

#include <fstream>
#include <sstream>

#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

// One byte of each connection comes back changed by `change`.
FakeServer ChangingServer(uint8_t change) {
  return FakeServer([change](const Socket& connection) {
    uint8_t byte = 0;
    recv(connection.descriptor(), &byte, 1, 0);
    byte = static_cast<uint8_t>(byte + change);
    send(connection.descriptor(), &byte, 1, MSG_NOSIGNAL);
    recv(connection.descriptor(), &byte, 1, 0);  // until the client is gone
  });
}

Outcome Measure(const Endpoint& endpoint, Context& context) {
  context.peer = ToString(endpoint);
  return RunQuickly("network_connect", context);
}

// Connections to the port that wait for a minute before their own port is free again.
int WaitingConnections(uint16_t port) {
  constexpr std::string_view kTimeWait = "06";
  std::ostringstream suffix;
  suffix << ":" << std::hex << std::uppercase << port;
  std::ifstream table("/proc/net/tcp");
  int count = 0;
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string number, local, remote, state;
    fields >> number >> local >> remote >> state;
    if (state == kTimeWait && (remote.ends_with(suffix.str()) || local.ends_with(suffix.str())))
      ++count;
  }
  return count;
}

TEST(NetworkConnect, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(10);
  const auto outcome = RunQuickly("network_connect", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 1U);
  EXPECT_GT(outcome.figures[0].summary.median, 0);
  EXPECT_TRUE(context.report.loopback);
  EXPECT_EQ(context.report.labels["close"], "reset");
}

TEST(NetworkConnect, LeavesNoPortWaiting) {
  const auto server = ChangingServer(0);
  auto context = QuickContext(10);
  const auto outcome = Measure(server.endpoint(), context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(context.report.bytes_sent, 0U);
  EXPECT_EQ(WaitingConnections(server.endpoint().port), 0);
}

TEST(NetworkConnect, FailsWhenAnotherByteComesBack) {
  const auto server = ChangingServer(1);
  auto context = QuickContext(10);
  const auto outcome = Measure(server.endpoint(), context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
}

TEST(NetworkConnect, DoesNotCountConnectionsThatNobodyServes) {
  const FakeServer server([](const Socket&) {});
  auto context = QuickContext(10);
  const auto outcome = Measure(server.endpoint(), context);
  ASSERT_FALSE(outcome.status);
  EXPECT_TRUE(outcome.figures.empty());
}

TEST(NetworkConnect, NamesAPeerThatRefuses) {
  const UnusedPort port;
  auto context = QuickContext(10);
  const auto outcome = Measure(port.endpoint(), context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "cannot connect to " + context.peer + ": Connection refused");
}

TEST(NetworkConnect, SendsNoMoreThanItMay) {
  auto context = QuickContext(60'000);
  context.max_bytes_sent = 3;
  const auto outcome = RunQuickly("network_connect", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(context.report.bytes_sent, 3U);
}

TEST(NetworkConnect, IsUnsupportedAgainstAStockIperf3Server) {
  auto context = QuickContext(10);
  context.peer = "iperf3://127.0.0.1:5201";
  const auto outcome = RunQuickly("network_connect", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::probes
