#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "probes/benchmarks/network/ftp_client.h"
#include "tests/unit/probes/benchmarks/network/real_servers.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kSize = 300'000;
const std::string kSomeSha256(64, 'a');

Outcome Download(Context& context, const std::string& url,
                 const std::string& sha256 = kSomeSha256) {
  context.options = {{"url", url}, {"sha256", sha256}};
  context.sample_time = std::chrono::nanoseconds(1);
  return RunQuickly("network_ftp", context);
}

void Send(const Socket& socket, const std::string& text) {
  send(socket.descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
}

// A server that goes along up to the transfer and sends `bytes` of the file; then it hangs until
// the client is gone, or says that it broke off.
FakeServer BreakingServer(bool hangs) {
  return FakeServer([hangs](const Socket& connection) {
    const auto listener = ListenAt({.host = "127.0.0.1", .port = 0}).value();
    const auto port = std::to_string(LocalPort(listener).value());
    std::array<char, 4096> command{};
    Send(connection, "220-hello\r\n the first of two lines\r\n220 ready\r\n");
    for (const std::string& reply :
         {std::string("230 in\r\n"), std::string("200 ok\r\n"),
          "229 passive (|||" + port + "|)\r\n", std::string("150 here\r\n")}) {
      if (recv(connection.descriptor(), command.data(), command.size(), 0) <= 0) return;
      Send(connection, reply);
    }
    Socket data(accept(listener.descriptor(), nullptr, nullptr));
    Send(data, "abc");
    if (hangs) recv(connection.descriptor(), command.data(), command.size(), 0);
    data = Socket();
    Send(connection, "426 broken off\r\n");
  });
}

Error FailureAt(const Endpoint& endpoint) {
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, "ftp://" + ToString(endpoint) + "/x");
  EXPECT_FALSE(outcome.status) << "no failure";
  EXPECT_TRUE(outcome.figures.empty());
  return outcome.status ? Error{ErrorCode::kInternal, ""} : outcome.status.error();
}

TEST(NetworkFtp, MeasuresThisMachineWithoutAPeer) {
  auto context = QuickContext(kSize);
  const auto outcome = RunQuickly("network_ftp", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 2U);
  const double seconds = outcome.figures[0].summary.median;
  EXPECT_GT(seconds, 0);
  EXPECT_NEAR(outcome.figures[1].summary.median * seconds, kSize, 1);
  EXPECT_TRUE(context.report.loopback);
  EXPECT_THAT(context.report.answer, HasSubstr("SHA-256 of 300000 bytes"));
  EXPECT_LT(context.report.bytes_sent, static_cast<uint64_t>(kSize));
}

TEST(NetworkFtp, DownloadsFromVsftpd) {
  const auto content = MakeKnownContent(size_t{20} << 20);  // more than is kept in memory
  Vsftpd vsftpd(content.bytes);
  ASSERT_TRUE(vsftpd.IsReady()) << vsftpd.output();
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, vsftpd.Url("content"), content.sha256);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message << vsftpd.output();
  EXPECT_THAT(context.report.answer, HasSubstr("20971520 bytes = " + content.sha256));
}

TEST(NetworkFtp, FailsWhenTheContentIsAnother) {
  const auto content = MakeKnownContent(1000);
  Vsftpd vsftpd(content.bytes);
  ASSERT_TRUE(vsftpd.IsReady()) << vsftpd.output();
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, vsftpd.Url("content"), kSomeSha256);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  EXPECT_THAT(outcome.status.error().message, HasSubstr(content.sha256));
}

TEST(NetworkFtp, NamesAFileThatIsNotThere) {
  Vsftpd vsftpd("x");
  ASSERT_TRUE(vsftpd.IsReady()) << vsftpd.output();
  auto context = QuickContext(kSize);
  const auto outcome = Download(context, vsftpd.Url("missing"));
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(outcome.status.error().message, HasSubstr("/missing"));
}

TEST(NetworkFtp, SaysThatTheLoginIsRefused) {
  Vsftpd vsftpd("x");
  ASSERT_TRUE(vsftpd.IsReady()) << vsftpd.output();
  auto context = QuickContext(kSize);
  auto url = vsftpd.Url("content");
  url.insert(url.find("//") + 2, "nobody:secret@");
  const auto outcome = Download(context, url);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(outcome.status.error().message, HasSubstr("refuses the login"));
  EXPECT_EQ(outcome.status.error().message.find("secret"), std::string::npos);
}

TEST(NetworkFtp, FailsWhenTheTransferIsBrokenOff) {
  const auto server = BreakingServer(false);
  const auto error = FailureAt(server.endpoint());
  EXPECT_EQ(error.code, ErrorCode::kWrongAnswer);
  EXPECT_THAT(error.message, HasSubstr("426 broken off"));
}

TEST(NetworkFtp, GivesUpOnAServerThatHangsInTheMiddle) {
  const auto server = BreakingServer(true);
  const auto error = FailureAt(server.endpoint());
  EXPECT_EQ(error.code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(error.message, HasSubstr("after 3 bytes"));
}

TEST(NetworkFtp, FailsOnGarbage) {
  for (const std::string& text :
       {std::string("HTTP/1.1 400 Bad Request\r\n"), std::string(100'000, '\x07'), std::string()}) {
    const FakeServer server([text](const Socket& connection) { Send(connection, text); });
    const auto error = FailureAt(server.endpoint());
    EXPECT_EQ(error.code, ErrorCode::kWrongAnswer) << error.message;
  }
}

TEST(NetworkFtp, NamesAServerThatRefuses) {
  const UnusedPort port;
  EXPECT_EQ(FailureAt(port.endpoint()).message,
            "cannot connect to " + ToString(port.endpoint()) + ": Connection refused");
}

TEST(NetworkFtp, SendsNoMoreThanItMay) {
  auto context = QuickContext(kSize);
  context.max_bytes_sent = 10;
  const auto outcome = RunQuickly("network_ftp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(context.report.bytes_sent, 0U);
}

TEST(NetworkFtp, IsUnsupportedAgainstAStockIperf3Server) {
  auto context = QuickContext(kSize);
  context.peer = "iperf3://127.0.0.1:5201";
  const auto outcome = RunQuickly("network_ftp", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

TEST(FtpReply, TellsThePort) {
  EXPECT_EQ(PortOfEpsv({229, "229 Entering Extended Passive Mode (|||6446|)"}), 6446);
  EXPECT_EQ(PortOfPasv({227, "227 Entering Passive Mode (192,0,2,1,25,46)."}), 6446);
  EXPECT_EQ(PortOfPasv({227, "227 =192,0,2,1,25,46"}), 6446);
}

TEST(FtpReply, WithoutAPortIsAWrongAnswer) {
  for (const char* text : {"229 (|||0|)", "229 (|||70000|)", "229 ok", "229"}) {
    EXPECT_FALSE(PortOfEpsv({229, text})) << text;
  }
  for (const char* text : {"227 (1,2,3,4,5)", "227 (1,2,3,4,256,1)", "227 (1,2,3,4,0,0)", "227"}) {
    EXPECT_FALSE(PortOfPasv({227, text})) << text;
  }
}

}  // namespace
}  // namespace hypergauge::probes
