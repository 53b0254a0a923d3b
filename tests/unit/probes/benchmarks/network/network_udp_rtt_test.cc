#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/unit/probes/benchmarks/network/fake_server.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

Outcome Measure(const FakeDatagramServer& server, Context& context) {
  context.peer = ToString(server.endpoint());
  return RunQuickly("network_udp_rtt", context);
}

TEST(NetworkUdpRtt, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(10);
  const auto outcome = RunQuickly("network_udp_rtt", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 4U);
  const double p50 = outcome.figures[0].summary.median;
  EXPECT_GT(p50, 0);
  EXPECT_LE(p50, outcome.figures[1].summary.median);
  EXPECT_LE(outcome.figures[1].summary.median, outcome.figures[2].summary.median);
  EXPECT_TRUE(context.report.loopback);
  EXPECT_TRUE(context.report.shares_cpus);
  EXPECT_GT(context.report.bytes_sent, 0U);
}

TEST(NetworkUdpRtt, CountsWhatIsLost) {
  int datagrams = 0;  // in the server's process
  const FakeDatagramServer server([&](const std::string& datagram) -> std::vector<std::string> {
    if (++datagrams == 2) return {};
    return {datagram};
  });
  auto context = QuickContext(450);
  const auto outcome = Measure(server, context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  // The wait for it is longer than the sample: one came before it.
  EXPECT_EQ(outcome.figures[3].summary.median, 0.5);
  EXPECT_EQ(context.report.answer, "1 bytes came back as sent, 1 were lost");
}

TEST(NetworkUdpRtt, FailsWhenAnotherByteComesBack) {
  const FakeDatagramServer server([](std::string datagram) -> std::vector<std::string> {
    ++datagram[0];
    return {datagram};
  });
  auto context = QuickContext(10);
  const auto outcome = Measure(server, context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
}

TEST(NetworkUdpRtt, IgnoresAnAnswerThatComesTwice) {
  const FakeDatagramServer server([](const std::string& datagram) -> std::vector<std::string> {
    return {datagram, datagram};
  });
  auto context = QuickContext(10);
  const auto outcome = Measure(server, context);
  EXPECT_TRUE(outcome.status) << outcome.status.error().message;
}

TEST(NetworkUdpRtt, GivesUpOnAPeerThatNeverAnswers) {
  const FakeDatagramServer server([](const std::string&) { return std::vector<std::string>(); });
  auto context = QuickContext(10);
  const auto outcome = Measure(server, context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_NE(outcome.status.error().message.find(context.peer), std::string::npos);
}

TEST(NetworkUdpRtt, NamesAPeerThatRefuses) {
  // A socket that is connected takes nothing from others, and keeps its port from them.
  const auto taken = BindUdpTo({.host = "127.0.0.1", .port = 0}).value();
  const Endpoint endpoint{.host = "127.0.0.1", .port = LocalPort(taken).value()};
  sockaddr_in elsewhere{};
  elsewhere.sin_family = AF_INET;
  elsewhere.sin_port = htons(9);
  elsewhere.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(taken.descriptor(), reinterpret_cast<sockaddr*>(&elsewhere), sizeof(elsewhere)),
            0);
  auto context = QuickContext(10);
  context.peer = ToString(endpoint);
  const auto outcome = RunQuickly("network_udp_rtt", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(outcome.status.error().message.find(context.peer), std::string::npos);
}

TEST(NetworkUdpRtt, SendsNoMoreThanItMay) {
  auto context = QuickContext(60'000);
  context.max_bytes_sent = 3;
  const auto outcome = RunQuickly("network_udp_rtt", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(context.report.bytes_sent, 3U);
}

TEST(NetworkUdpRtt, IsUnsupportedAgainstAStockIperf3Server) {
  auto context = QuickContext(10);
  context.peer = "iperf3://127.0.0.1:5201";
  const auto outcome = RunQuickly("network_udp_rtt", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::probes
