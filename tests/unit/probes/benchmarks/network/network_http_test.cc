#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "tests/unit/probes/benchmarks/network/real_servers.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSize = 300'000;
const std::string kSomeSha256(64, 'a');

// One download from `url`, whose content ought to have that SHA-256.
Outcome Download(Context& context, const std::string& url,
                 const std::string& sha256 = kSomeSha256) {
  context.options = {{"url", url}, {"sha256", sha256}};
  context.sample_time = std::chrono::nanoseconds(1);
  return RunQuickly("network_http", context);
}

// Waits for a request and answers with `text`; hangs then until the client is gone, or hangs up.
FakeServer AnsweringServer(const std::string& text, bool hangs = false) {
  return FakeServer([text, hangs](const Socket& connection) {
    std::array<char, 4096> request{};
    recv(connection.descriptor(), request.data(), request.size(), 0);
    send(connection.descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
    if (hangs) recv(connection.descriptor(), request.data(), request.size(), 0);
  });
}

Error FailureOf(const std::string& answer, bool hangs = false) {
  const auto server = AnsweringServer(answer, hangs);
  Context context = QuickContext(kSize);
  const auto outcome = Download(context, "http://" + ToString(server.endpoint()) + "/x");
  EXPECT_FALSE(outcome.status) << "no failure";
  EXPECT_TRUE(outcome.figures.empty());
  return outcome.status ? Error{ErrorCode::kInternal, ""} : outcome.status.error();
}

TEST(NetworkHttp, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(kSize);
  const auto outcome = RunQuickly("network_http", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  const double seconds = outcome.figures[0].summary.median;
  EXPECT_GT(seconds, 0);
  EXPECT_NEAR(outcome.figures[1].summary.median * seconds, kSize, 1);
  EXPECT_TRUE(context.report.loopback);
  EXPECT_THAT(context.report.answer, HasSubstr("SHA-256 of 300000 bytes"));
  // What comes is not what is sent.
  EXPECT_GT(context.report.bytes_sent, 0U);
  EXPECT_LT(context.report.bytes_sent, static_cast<uint64_t>(kSize));
}

TEST(NetworkHttp, DownloadsFromNginx) {
  const auto content = MakeKnownContent(size_t{20} << 20);  // more than is kept in memory
  Nginx nginx(content.bytes);
  ASSERT_TRUE(nginx.IsReady()) << nginx.output();
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, nginx.Url("content"), content.sha256);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_THAT(context.report.answer, HasSubstr("20971520 bytes = " + content.sha256));
}

TEST(NetworkHttp, FailsWhenTheContentIsAnother) {
  const auto content = MakeKnownContent(1000);
  Nginx nginx(content.bytes);
  ASSERT_TRUE(nginx.IsReady()) << nginx.output();
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, nginx.Url("content"), kSomeSha256);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_THAT(outcome.status.error().message, HasSubstr(content.sha256));
  EXPECT_TRUE(outcome.figures.empty());
}

TEST(NetworkHttp, NamesAFileThatIsNotThere) {
  Nginx nginx("x");
  ASSERT_TRUE(nginx.IsReady()) << nginx.output();
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, nginx.Url("missing"));
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(outcome.status.error().message, HasSubstr("/missing: the server answers 404"));
}

TEST(NetworkHttp, FailsWhenTheBodyIsCutOff) {
  const auto error = FailureOf("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
  EXPECT_EQ(error.code, ErrorCode::kWrongAnswer);
  EXPECT_THAT(error.message, HasSubstr("after 3 bytes"));
}

TEST(NetworkHttp, FailsOnGarbage) {
  EXPECT_EQ(FailureOf("220 this is no web server\r\n").code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(FailureOf(std::string(100'000, '\x07')).code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(FailureOf("").code, ErrorCode::kWrongAnswer);
}

TEST(NetworkHttp, GivesUpOnAServerThatHangsInTheMiddle) {
  const auto error = FailureOf("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc", true);
  EXPECT_EQ(error.code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(error.message, HasSubstr("after 3 bytes"));
}

TEST(NetworkHttp, NamesAServerThatRefuses) {
  const UnusedPort port;
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, "http://" + ToString(port.endpoint()) + "/");
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "cannot connect to " + ToString(port.endpoint()) + ": Connection refused");
}

TEST(NetworkHttp, SendsNoMoreThanItMay) {
  auto context = QuickContext(kSize);
  context.max_bytes_sent = 10;
  const auto outcome = RunQuickly("network_http", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(context.report.bytes_sent, 0U);
}

TEST(NetworkHttp, TrustsNoUrlWithoutASha256) {
  auto context = QuickContext(kSize);
  for (const char* sha256 :
       {"", "abc", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    const auto outcome = Download(context, "http://127.0.0.1:1/", sha256);
    ASSERT_FALSE(outcome.status);
    EXPECT_EQ(outcome.status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(outcome.status.error().message, HasSubstr("sha256"));
  }
}

TEST(NetworkHttp, IsUnsupportedAgainstAStockIperf3Server) {
  auto context = QuickContext(kSize);
  context.peer = "iperf3://127.0.0.1:5201";
  const auto outcome = RunQuickly("network_http", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::probes
