#include "probes/benchmarks/network/iperf.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

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
