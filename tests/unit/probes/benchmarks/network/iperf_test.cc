#include "probes/benchmarks/network/iperf.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/unit/probes/benchmarks/network/fake_server.h"

namespace hypergauge::probes {
namespace {

TEST(IperfResult, IsWhatTheReceiverCounted) {
  const auto figures = ParseIperfResult(
      R"({"end": {"sum_sent": {"bytes": 9, "seconds": 1}, "sum_received": {"bytes": 8, "seconds": 2}}})");
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->bytes, 8U);
  EXPECT_EQ(figures->BytesPerSecond(), 4.0);
}

TEST(IperfResult, TellsRetransmitsWhereTheSenderCan) {
  const std::string received = R"("sum_received": {"bytes": 8, "seconds": 2}}})";
  EXPECT_EQ(
      ParseIperfResult(R"({"end": {"sum_sent": {"retransmits": 3}, )" + received)->retransmits, 3U);
  EXPECT_EQ(ParseIperfResult(R"({"end": {"sum_sent": {}, )" + received)->retransmits, std::nullopt);
}

TEST(IperfUdpResult, IsWhatTheReceiverSaw) {
  const auto figures = ParseIperfUdpResult(
      R"({"end": {"sum_sent": {"packets": 10},
                  "sum_received": {"packets": 9, "lost_packets": 2, "jitter_ms": 0.5}}})");
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->sent, 10U);
  EXPECT_EQ(figures->seen, 9U);
  EXPECT_EQ(figures->lost, 2U);
  EXPECT_DOUBLE_EQ(figures->jitter_seconds, 0.0005);
}

TEST(IperfUdpResult, WithoutFiguresIsAWrongAnswer) {
  for (const char* text : {"", "{}", R"({"end": {"sum_sent": {"packets": 10}}})"}) {
    const auto figures = ParseIperfUdpResult(text);
    ASSERT_FALSE(figures) << text;
    EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(IperfResult, WithAnErrorIsThatError) {
  const auto figures = ParseIperfResult(R"({"error": "the server is busy"})");
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(figures.error().message, "the server is busy");
}

TEST(IperfResult, WithoutFiguresIsAWrongAnswer) {
  for (const char* text : {"", "{", "[]", "{}", R"({"end": 1})", R"({"end": {"sum_received": 1}})",
                           R"({"end": {"sum_received": {"bytes": "8"}}})"}) {
    const auto figures = ParseIperfResult(text);
    ASSERT_FALSE(figures) << text;
    EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(IperfTest, SaysWhenTheServerIsBusy) {
  const FakeServer server([](const Socket& connection) {
    std::array<char, 37> cookie{};  // by which a client says hello
    recv(connection.descriptor(), cookie.data(), cookie.size(), MSG_WAITALL);
    const char access_denied = -1;
    send(connection.descriptor(), &access_denied, 1, MSG_NOSIGNAL);
  });
  const auto figures = RunIperfTest(
      {.server = server.endpoint(), .bytes = 1, .limit = std::chrono::milliseconds(5000)});
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(figures.error().message.find("busy"), std::string::npos) << figures.error().message;
}

TEST(IperfTest, TriesABusyServerAgain) {
  std::array<int, 2> tries{};
  ASSERT_EQ(pipe(tries.data()), 0);
  const Socket reading(tries[0]);
  const Socket writing(tries[1]);
  const FakeServer server([&](const Socket& connection) {
    std::array<char, 37> cookie{};
    recv(connection.descriptor(), cookie.data(), cookie.size(), MSG_WAITALL);
    const char access_denied = -1;
    send(connection.descriptor(), &access_denied, 1, MSG_NOSIGNAL);
    EXPECT_EQ(write(writing.descriptor(), "x", 1), 1);
  });
  IperfTest test{.server = server.endpoint(), .bytes = 1, .limit = std::chrono::milliseconds(5000)};
  test.patience = std::chrono::milliseconds(1000);
  EXPECT_FALSE(RunIperfTest(test));
  std::array<char, 64> counted{};
  EXPECT_GE(read(reading.descriptor(), counted.data(), counted.size()), 2);
}

TEST(IperfTest, StopsWhenAsked) {
  const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
  const auto figures =
      RunIperfTest({.server = {.host = "127.0.0.1", .port = LocalPort(listener).value()},
                    .bytes = 1,
                    .limit = std::chrono::hours(1),
                    .stopped = [] { return true; }});
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
