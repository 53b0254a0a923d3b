#include "probes/benchmarks/network/endpoint.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(Endpoint, IsAHostAndAPort) {
  EXPECT_EQ(*ParseEndpoint("node1.example:10912"), (Endpoint{"node1.example", 10912}));
  EXPECT_EQ(*ParseEndpoint("192.0.2.1:0"), (Endpoint{"192.0.2.1", 0}));
  EXPECT_EQ(*ParseEndpoint("[2001:db8::1]:7"), (Endpoint{"2001:db8::1", 7}));
}

TEST(Endpoint, IsPrintedAsItIsRead) {
  for (const char* text : {"node1.example:10912", "192.0.2.1:0", "[2001:db8::1]:7"}) {
    EXPECT_EQ(ToString(*ParseEndpoint(text)), text);
  }
}

TEST(Endpoint, IsRefusedWhenSomethingIsMissingOrTooMuch) {
  for (const char* text :
       {"", "host", "host:", ":7", "host:65536", "host:-1", "host:7x", "::1:7"}) {
    const auto parsed = ParseEndpoint(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Endpoint, HasBracketsAroundAnIpv6AddressAndNowhereElse) {
  for (const char* text : {"[[S;]]:7", "[a]:7", "[::1:7", "::1]:7", "a]:7", "[::1]]:7", "[]:7"}) {
    EXPECT_FALSE(ParseEndpoint(text)) << text;
  }
}

TEST(Peer, OfOursSpeaksOnFourPorts) {
  const auto peer = ParsePeer("node1:10912");
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->echo, (Endpoint{"node1", 10912}));
  EXPECT_EQ(peer->iperf, (Endpoint{"node1", 10913}));
  EXPECT_EQ(peer->http, (Endpoint{"node1", 10914}));
  EXPECT_EQ(peer->ftp, (Endpoint{"node1", 10915}));
}

TEST(Peer, ThatIsAStockIperf3ServerDoesNothingElse) {
  const auto peer = ParsePeer("iperf3://node1:5201");
  ASSERT_TRUE(peer);
  EXPECT_FALSE(peer->echo);
  EXPECT_FALSE(peer->http);
  EXPECT_FALSE(peer->ftp);
  EXPECT_EQ(peer->iperf, (Endpoint{"node1", 5201}));
}

TEST(Peer, NeedsAPortWithThreeSuccessors) {
  EXPECT_TRUE(ParsePeer("node1:65532"));
  EXPECT_FALSE(ParsePeer("node1:65533"));
  EXPECT_FALSE(ParsePeer("node1:0"));
  EXPECT_FALSE(ParsePeer("node1"));
}

TEST(Endpoint, KnowsThisMachine) {
  EXPECT_TRUE(IsLoopback({"127.0.0.1", 1}));
  EXPECT_TRUE(IsLoopback({"::1", 1}));
  EXPECT_TRUE(IsLoopback({"localhost", 1}));
  EXPECT_FALSE(IsLoopback({"192.0.2.1", 1}));
}

TEST(Peer, IsALabelByItsHostAlone) {
  Context context;
  context.peer = "node1:10912";
  ReportPeer(context, {"node1", 10912});
  EXPECT_EQ(context.report.labels["peer"], "node1");
  EXPECT_EQ(context.report.peer, "node1:10912");
  EXPECT_FALSE(context.report.loopback);
}

TEST(Peer, ThatIsThisMachineIsLabelledLoopback) {
  Context context;
  ReportPeer(context, {"127.0.0.1", 40001});
  EXPECT_EQ(context.report.labels["peer"], "loopback");
  EXPECT_EQ(context.report.peer, "loopback");
  EXPECT_TRUE(context.report.loopback);
}

}  // namespace
}  // namespace hypergauge::probes
