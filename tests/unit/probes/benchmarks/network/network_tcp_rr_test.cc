#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

// What the benchmark sends comes back changed by `change`.
FakeServer ChangingServer(uint8_t change) {
  return FakeServer([change](const Socket& connection) {
    uint8_t byte = 0;
    while (recv(connection.descriptor(), &byte, 1, 0) == 1) {
      byte = static_cast<uint8_t>(byte + change);
      send(connection.descriptor(), &byte, 1, MSG_NOSIGNAL);
    }
  });
}

TEST(NetworkTcpRr, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(10);
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 3U);
  const double p50 = outcome.figures[0].summary.median;
  const double p99 = outcome.figures[1].summary.median;
  const double max = outcome.figures[2].summary.median;
  EXPECT_GT(p50, 0);
  EXPECT_LE(p50, p99);
  EXPECT_LE(p99, max);
  EXPECT_TRUE(context.report.loopback);
  EXPECT_GT(context.report.bytes_sent, 0U);
}

TEST(NetworkTcpRr, MeasuresAnyPeerThatEchoes) {
  const auto server = ChangingServer(0);
  auto context = QuickContext(10);
  context.peer = ToString(server.endpoint());
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.peer, context.peer);
}

TEST(NetworkTcpRr, FailsWhenAnotherByteComesBack) {
  const auto server = ChangingServer(1);
  auto context = QuickContext(10);
  context.peer = ToString(server.endpoint());
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
}

TEST(NetworkTcpRr, FailsWhenThePeerHangsUp) {
  const FakeServer server([](const Socket&) {});
  auto context = QuickContext(10);
  context.peer = ToString(server.endpoint());
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnavailable);
}

TEST(NetworkTcpRr, GivesUpOnAPeerThatNeverAnswers) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  auto context = QuickContext(10);
  context.peer = "127.0.0.1:" + std::to_string(LocalPort(listener).value());
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(outcome.status.error().message, context.peer + " did not answer");
  EXPECT_LT(outcome.wall, std::chrono::seconds(10));
}

TEST(NetworkTcpRr, NamesAPeerThatRefuses) {
  const UnusedPort port;
  auto context = QuickContext(10);
  context.peer = ToString(port.endpoint());
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "cannot connect to " + context.peer + ": Connection refused");
}

TEST(NetworkTcpRr, SendsNoMoreThanItMay) {
  auto context = QuickContext(60'000);
  context.max_bytes_sent = 3;
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(context.report.bytes_sent, 3U);
}

TEST(NetworkTcpRr, IsUnsupportedAgainstAStockIperf3Server) {
  auto context = QuickContext(10);
  context.peer = "iperf3://127.0.0.1:5201";
  const auto outcome = RunQuickly("network_tcp_rr", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::probes
