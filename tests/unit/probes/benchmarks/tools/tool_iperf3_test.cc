#include <gtest/gtest.h>

#include "probes/benchmarks/tools/iperf3.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

TEST(Iperf3, ReadsRealResults) {
  const auto tcp = ParseIperf3Tcp(TestData("iperf3_tcp.json"));
  ASSERT_TRUE(tcp) << tcp.error().message;
  EXPECT_DOUBLE_EQ(tcp->bytes_per_second, 21018313513.535118 / 8);
  EXPECT_EQ(tcp->bytes_sent, 2629304320U);
  EXPECT_EQ(tcp->bytes_received, 2629304320U);
  EXPECT_EQ(tcp->retransmits, 34U);
  const auto udp = ParseIperf3Udp("warning: something\n" + TestData("iperf3_udp.json"));
  ASSERT_TRUE(udp) << udp.error().message;
  EXPECT_EQ(udp->loss_ratio, 0);
  EXPECT_NEAR(udp->jitter_seconds, 331.53e-6, 1e-8);
  EXPECT_EQ(udp->packets, 997U);
}

TEST(Iperf3, TakesABusyServerForUnavailable) {
  const auto tcp = ParseIperf3Tcp(TestData("iperf3_busy.json"));
  ASSERT_FALSE(tcp);
  EXPECT_EQ(tcp.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(tcp.error().message, "iperf3: the server is busy running a test. try again later");
}

TEST(Iperf3, RefusesEveryResultThatIsCutOff) {
  for (const char* name : {"iperf3_tcp.json", "iperf3_udp.json"}) {
    const auto whole = TestData(name);
    const auto last = whole.find_last_of('}');
    for (size_t size = 0; size <= last; size += 7) {
      EXPECT_FALSE(ParseIperf3Tcp(whole.substr(0, size))) << name << size;
      EXPECT_FALSE(ParseIperf3Udp(whole.substr(0, size))) << name << size;
    }
  }
}

TEST(Iperf3, RefusesMissingAndImpossibleFigures) {
  for (const char* text :
       {"", "nonsense", "[]", "{}", R"({"end":{"sum_received":7}})",
        R"({"end":{"sum_received":{"bits_per_second":"8","bytes":1},"sum_sent":{"bytes":1}}})",
        R"({"end":{"sum_received":{"bits_per_second":0,"bytes":0},"sum_sent":{"bytes":1}}})",
        R"({"end":{"sum":{"lost_percent":101,"jitter_ms":1,"packets":1}}})",
        R"({"end":{"sum":{"lost_percent":1,"jitter_ms":1,"packets":0}}})"}) {
    const auto tcp = ParseIperf3Tcp(text);
    const auto udp = ParseIperf3Udp(text);
    ASSERT_FALSE(tcp || udp) << text;
    EXPECT_EQ(tcp.error().code, ErrorCode::kWrongAnswer) << text;
    EXPECT_EQ(udp.error().code, ErrorCode::kWrongAnswer) << text;
  }
}

TEST(ToolIperf3, RunsTheRealOneOnLoopback) {
  const TempDir folder;
  auto context = QuickContext(1, folder.path());
  context.max_bytes_sent = uint64_t{256} << 20;
  const auto outcome = RunQuickly("tool_iperf3", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_GT(outcome.figures.at(1).summary.median, 0);
  EXPECT_TRUE(context.report.loopback);
  EXPECT_GT(context.report.bytes_sent, 0U);
  EXPECT_LE(context.report.bytes_sent, context.max_bytes_sent);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ToolIperf3, SendsNothingOverItsCeiling) {
  const TempDir folder;
  auto context = QuickContext(1, folder.path());
  context.max_bytes_sent = 1000;
  const auto outcome = RunQuickly("tool_iperf3", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(context.report.bytes_sent, 0U);
}

TEST(ToolIperf3, TriesABusyServerAgainAndThenGivesUp) {
  const FakeTools tools;
  const TempDir folder;
  const auto count = folder.path() / "count";
  tools.Add("iperf3", "echo x >> " + count.string() +
                          "; echo '{\"error\": \"the server is busy running a test\"}'; exit 1");
  auto context = QuickContext(1, folder.path());
  context.peer = "iperf3://127.0.0.1:1";
  const auto outcome = RunQuickly("tool_iperf3", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(outcome.status.error().message,
            "iperf3 server 127.0.0.1:1: iperf3: the server is busy running a test");
  EXPECT_GT(testing::ReadFile(count).size(), 2U);
}

TEST(ToolIperf3, FailsWithItsOwnWords) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("iperf3", "echo 'iperf3: parameter error' >&2; exit 1");
  auto context = QuickContext(1, folder.path());
  context.peer = "iperf3://127.0.0.1:1";
  const auto outcome = RunQuickly("tool_iperf3", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "iperf3 ended with exit code 1: iperf3: parameter error");
}

}  // namespace
}  // namespace hypergauge::probes
