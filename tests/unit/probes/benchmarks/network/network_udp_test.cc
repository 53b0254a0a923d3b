#include "probes/benchmarks/network/network_udp.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/support/process.h"
#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/network/lossy_relay.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kMilliseconds = 100;

void ExpectBothFigures(const Outcome& outcome) {
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  EXPECT_GT(outcome.figures[0].summary.median, 0);
  EXPECT_LT(outcome.figures[1].summary.median, 1);
}

TEST(NetworkUdp, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(kMilliseconds);
  ExpectBothFigures(RunQuickly("network_udp", context));
  EXPECT_TRUE(context.report.loopback);
  EXPECT_EQ(context.report.bytes_sent, 100U * 1000U);
  EXPECT_EQ(context.report.labels["datagram_bytes"], "1000");
}

TEST(NetworkUdp, MeasuresAStockIperf3Server) {
  const UnusedPort port;
  const testing::Process server({"iperf3", "--server", "--bind", port.endpoint().host, "--port",
                                 std::to_string(port.endpoint().port)});
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(port.endpoint());
  ExpectBothFigures(RunQuickly("network_udp", context));
}

TEST(NetworkUdp, CountsEveryTenthDatagramThatIsDropped) {
  const UnusedPort port;
  const testing::Process server({"iperf3", "--server", "--bind", port.endpoint().host, "--port",
                                 std::to_string(port.endpoint().port)});
  ASSERT_TRUE(testing::Eventually(std::chrono::seconds(20), [&] {
    return ConnectTo(port.endpoint(), std::chrono::seconds(1)).has_value();
  }));
  const LossyRelay relay(port.endpoint(), 1000);
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(relay.endpoint());
  const auto outcome = RunQuickly("network_udp", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  // A few at the end may be unseen, and a busy machine may lose some more itself.
  EXPECT_GE(outcome.figures[1].summary.median, 0.08);
  EXPECT_LE(outcome.figures[1].summary.median, 0.6);
}

TEST(NetworkUdp, NamesAPeerThatRefuses) {
  const UnusedPort port;
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(port.endpoint());
  const auto outcome = RunQuickly("network_udp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(outcome.status.error().message.find(ToString(port.endpoint())), std::string::npos);
}

TEST(NetworkUdp, GivesUpOnAPeerThatHangsInTheMiddleOfATransfer) {
  const UnusedPort port;
  const testing::Process server({"iperf3", "--server", "--bind", port.endpoint().host, "--port",
                                 std::to_string(port.endpoint().port)});
  ASSERT_TRUE(testing::Eventually(std::chrono::seconds(20), [&] {
    return ConnectTo(port.endpoint(), std::chrono::seconds(1)).has_value();
  }));
  const LossyRelay relay(port.endpoint(), 1000, /*stalls_after=*/50);
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(relay.endpoint());
  const auto outcome = RunQuickly("network_udp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kDeadlineExceeded)
      << outcome.status.error().message;
  EXPECT_NE(outcome.status.error().message.find(ToString(relay.endpoint())), std::string::npos);
  EXPECT_TRUE(outcome.figures.empty());
  EXPECT_LT(outcome.wall, std::chrono::seconds(20));
}

TEST(NetworkUdp, DoesNotTakeGarbageForATransfer) {
  const FakeServer server([](const Socket& connection) {
    const std::string garbage(4096, 'x');
    send(connection.descriptor(), garbage.data(), garbage.size(), MSG_NOSIGNAL);
  });
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(server.endpoint());
  const auto outcome = RunQuickly("network_udp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find(ToString(server.endpoint())), std::string::npos)
      << outcome.status.error().message;
  EXPECT_TRUE(outcome.figures.empty());
}

TEST(NetworkUdp, SendsNoMoreThanItMay) {
  auto context = QuickContext(kMilliseconds);
  context.max_bytes_sent = 99'999;
  const auto outcome = RunQuickly("network_udp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(context.report.bytes_sent, 0U);
}

TEST(NetworkUdpLoss, IsWhatTheReceiverMissed) {
  EXPECT_DOUBLE_EQ(LossOf({.sent = 1000, .seen = 1000, .lost = 0}, 1000).value(), 0);
  EXPECT_DOUBLE_EQ(LossOf({.sent = 1000, .seen = 1000, .lost = 100}, 1000).value(), 0.1);
  EXPECT_DOUBLE_EQ(LossOf({.sent = 1000, .seen = 0, .lost = 0}, 1000).value(), 1);
  EXPECT_DOUBLE_EQ(LossOf({.sent = 1000, .seen = 400, .lost = 0}, 1000).value(), 0.6);
}

TEST(NetworkUdpLoss, LeavesOutWhatMayJustBeLate) {
  EXPECT_DOUBLE_EQ(LossOf({.sent = 1000, .seen = 990, .lost = 99}, 1000).value(), 0.1);
}

TEST(NetworkUdpLoss, IsUnknownWhereTheWorkWasNotDone) {
  for (const IperfUdpFigures& figures :
       {IperfUdpFigures{.sent = 0}, IperfUdpFigures{.sent = 500, .seen = 500},
        IperfUdpFigures{.sent = 1000, .seen = 1001},
        IperfUdpFigures{.sent = 1000, .seen = 9, .lost = 10}}) {
    const auto loss = LossOf(figures, 1000);
    ASSERT_FALSE(loss);
    EXPECT_EQ(loss.error().code, ErrorCode::kWrongAnswer);
  }
}

}  // namespace
}  // namespace hypergauge::probes
