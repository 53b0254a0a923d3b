#include <gtest/gtest.h>
#include <sys/socket.h>

#include "tests/support/process.h"
#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/network/stalling_relay.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kMilliseconds = 100;

void ExpectBothFlows(const Outcome& outcome) {
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 3U);
  EXPECT_GT(outcome.figures[0].summary.median, 1e6);
  EXPECT_GT(outcome.figures[1].summary.median, 1e6);
}

TEST(NetworkTcp, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(kMilliseconds);
  ExpectBothFlows(RunQuickly("network_tcp", context));
  EXPECT_TRUE(context.report.loopback);
  EXPECT_GT(context.report.bytes_sent, 0U);
  EXPECT_TRUE(context.report.libraries.contains("libiperf"));
}

TEST(NetworkTcp, MeasuresAStockIperf3Server) {
  const UnusedPort port;
  const testing::Process server({"iperf3", "--server", "--bind", port.endpoint().host, "--port",
                                 std::to_string(port.endpoint().port)});
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(port.endpoint());
  ExpectBothFlows(RunQuickly("network_tcp", context));
  EXPECT_EQ(context.report.peer, context.peer);
}

TEST(NetworkTcp, SendsNoMoreThanItMay) {
  auto context = QuickContext(kMilliseconds);
  context.max_bytes_sent = uint64_t{1} << 20;
  const auto outcome = RunQuickly("network_tcp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_LE(context.report.bytes_sent, context.max_bytes_sent);
}

TEST(NetworkTcp, SendsLessWhereItMayNotSendMuch) {
  auto context = QuickContext(2000);
  context.max_bytes_sent = uint64_t{1} << 30;
  const Plan plan{.warmups = 1, .min_samples = 3, .max_samples = 3};
  const auto outcome = RunBenchmark(Registry().at("network_tcp"), context, plan);
  ExpectBothFlows(outcome);
  EXPECT_EQ(outcome.figures[0].samples.size(), 3U);
  EXPECT_LE(context.report.bytes_sent, context.max_bytes_sent);
}

TEST(NetworkTcp, DropsTheFirstSecondOfALongTransfer) {
  auto context = QuickContext(2000);
  ExpectBothFlows(RunQuickly("network_tcp", context));
}

TEST(NetworkTcp, DoesNotTakeGarbageForATransfer) {
  const FakeServer server([](const Socket& connection) {
    const std::string garbage(4096, 'x');
    send(connection.descriptor(), garbage.data(), garbage.size(), MSG_NOSIGNAL);
  });
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(server.endpoint());
  const auto outcome = RunQuickly("network_tcp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find(ToString(server.endpoint())), std::string::npos)
      << outcome.status.error().message;
  EXPECT_TRUE(outcome.figures.empty());
}

TEST(NetworkTcp, NamesAPeerThatRefuses) {
  const UnusedPort port;
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(port.endpoint());
  const auto outcome = RunQuickly("network_tcp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(outcome.status.error().message.find(ToString(port.endpoint())), std::string::npos);
  EXPECT_LT(outcome.wall, std::chrono::seconds(10));
}

TEST(NetworkTcp, GivesUpOnAPeerThatHangsInTheMiddleOfATransfer) {
  const UnusedPort port;
  const testing::Process server({"iperf3", "--server", "--bind", port.endpoint().host, "--port",
                                 std::to_string(port.endpoint().port)});
  ASSERT_TRUE(testing::Eventually(std::chrono::seconds(20), [&] {
    return ConnectTo(port.endpoint(), std::chrono::seconds(1)).has_value();
  }));
  // More than both ends say to each other before a transfer, less than the first transfers carry.
  const StallingRelay relay(port.endpoint(), 300'000);
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(relay.endpoint());
  const auto outcome = RunQuickly("network_tcp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kDeadlineExceeded)
      << outcome.status.error().message;
  EXPECT_NE(outcome.status.error().message.find(ToString(relay.endpoint())), std::string::npos);
  // iperf3 writes 128 KiB at once.
  EXPECT_GE(context.report.bytes_sent, 128U << 10U) << "a transfer was under way";
  EXPECT_TRUE(outcome.figures.empty());
  EXPECT_LT(outcome.wall, std::chrono::seconds(20));
}

TEST(NetworkTcp, GivesUpOnAPeerThatNeverAccepts) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://127.0.0.1:" + std::to_string(LocalPort(listener).value());
  const auto outcome = RunQuickly("network_tcp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_LT(outcome.wall, std::chrono::seconds(10));
}

}  // namespace
}  // namespace hypergauge::probes
