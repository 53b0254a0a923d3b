#include <gtest/gtest.h>

#include "tests/support/process.h"
#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kMilliseconds = 100;

void ExpectBothFlows(const Outcome& outcome) {
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 1e6);
}

TEST(NetworkTcp, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(kMilliseconds);
  ExpectBothFlows(RunQuickly("network_tcp", context));
  EXPECT_TRUE(context.report.loopback);
  EXPECT_GT(context.report.bytes_sent, 0U);
  EXPECT_TRUE(context.report.libraries.contains("libiperf"));
}

TEST(NetworkTcp, MeasuresAStockIperf3Server) {
  if (testing::RunProcess({"sh", "-c", "command -v iperf3"}).exit_code != 0) {
    GTEST_SKIP() << "no iperf3 installed";
  }
  const UnusedPort port;
  const testing::Process server({"iperf3", "--server", "--bind", port.endpoint().host, "--port",
                                 std::to_string(port.endpoint().port)});
  auto context = QuickContext(kMilliseconds);
  context.peer = "iperf3://" + ToString(port.endpoint());
  ExpectBothFlows(RunQuickly("network_tcp", context));
  EXPECT_EQ(context.report.peer, context.peer);
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

TEST(NetworkTcp, GivesUpOnAPeerThatHangs) {
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
