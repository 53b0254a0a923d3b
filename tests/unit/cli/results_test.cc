#include "cli/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/wait.h"
#include "tests/support/messages.h"

namespace hypergauge::cli {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::HasSubstr;

v1::Node MakeNode(const std::string& name, v1::Role role, const std::string& host = "") {
  const auto hello = MakeHello(name);
  v1::Node node;
  *node.mutable_identity() = hello.identity();
  node.set_label(name);
  node.set_role(role);
  *node.mutable_platform() = hello.platform();
  node.mutable_placement()->set_host(host);
  node.set_connected(true);
  return node;
}

Latest MakeLatest(const std::string& node, double median) {
  Latest latest;
  latest.set_node(node);
  *latest.mutable_run() = MakeRun(node, 1, median);
  *latest.mutable_clean() = latest.run();
  return latest;
}

FleetView HostAndGuest(double host, double guest) {
  const auto hello = MakeHello("h");
  return {{MakeNode("g", v1::ROLE_GUEST, "h"), MakeNode("h", v1::ROLE_HOST)},
          {hello.benchmarks(0)},
          {MakeLatest("g", guest), MakeLatest("h", host)}};
}

TEST(ResultsTest, ANodesTableShowsFiguresAsPeopleReadThem) {
  const auto view = HostAndGuest(0.0005, 0.001);
  EXPECT_EQ(NodeTable(view, view.nodes[1]),
            "BENCHMARK     MEDIAN  UNIT   SPREAD  SAMPLES  VERDICT\n"
            "cpu_blowfish     500  µs    ±10.0 %        3  clean\n");
}

TEST(ResultsTest, ARunWithoutFiguresSaysWhy) {
  auto view = HostAndGuest(1, 1);
  auto& run = *view.latest[1].mutable_run();
  run.clear_measures();
  run.set_verdict(v1::VERDICT_UNSUPPORTED);
  run.set_verdict_reason("no compiler");
  EXPECT_THAT(NodeTable(view, view.nodes[1]), HasSubstr("unsupported: no compiler"));
}

TEST(ResultsTest, AGuestThatTakesTwiceAsLongHasRatioTwo) {
  EXPECT_THAT(ResultsText(HostAndGuest(0.5, 1.0)), HasSubstr("500 ms  1.00 s   2.00\n"));
}

TEST(ResultsTest, AGuestThatReachesHalfHasRatioTwoAsWell) {
  auto view = HostAndGuest(100, 50);
  view.benchmarks[0].mutable_quantities(0)->set_direction(v1::DIRECTION_HIGHER_IS_BETTER);
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("2.00\n"));
}

TEST(ResultsTest, WithoutACleanRunTheLastOneIsShownAndSaidNotToBeClean) {
  auto view = HostAndGuest(100, 50);
  view.latest[1].clear_clean();
  view.latest[1].mutable_run()->set_verdict(v1::VERDICT_BUSY);
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("0.50  host busy\n"));
}

TEST(ResultsTest, LoopbackIsNotComparedWithARealPeer) {
  auto view = HostAndGuest(100, 50);
  view.latest[0].mutable_clean()->add_marks(v1::MARK_LOOPBACK);
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("-\n"));
}

TEST(ResultsTest, AFigureOfACacheIsShownAndNotRanked) {
  auto view = HostAndGuest(100, 50);
  for (auto& latest : view.latest) latest.mutable_clean()->add_marks(v1::MARK_CACHED);
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("-\n"));
  view = HostAndGuest(100, 50);
  view.benchmarks[0].mutable_quantities(0)->set_unranked(true);
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("-\n"));
}

TEST(ResultsTest, OtherVersionsAndOtherThreadsAreNotComparedEither) {
  auto view = HostAndGuest(100, 50);
  view.latest[0].mutable_clean()->set_benchmark_version(2);
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("-\n"));
  view = HostAndGuest(100, 50);
  (*view.latest[0].mutable_clean()->mutable_labels())["threads"] = "2";
  EXPECT_THAT(ComparisonTable(view, view.nodes[1], view.nodes[0]), HasSubstr("-\n"));
}

TEST(ResultsTest, NoNodesAndNoRunsAreSaid) {
  EXPECT_EQ(ResultsText({}), "no probe has reported yet\n");
  FleetView view;
  view.nodes.push_back(MakeNode("h", v1::ROLE_HOST));
  EXPECT_THAT(ResultsText(view), HasSubstr("no runs yet"));
}

TEST(ProgressLineTest, ShowsWhatEachConnectedNodeDoes) {
  auto host = MakeNode("h", v1::ROLE_HOST);
  host.mutable_progress()->set_benchmark("cpu_blowfish");
  host.mutable_progress()->set_finished_benchmarks(3);
  host.mutable_progress()->set_total_benchmarks(6);
  auto gone = MakeNode("gone", v1::ROLE_HOST);
  gone.set_connected(false);
  EXPECT_EQ(ProgressLine({host, MakeNode("g", v1::ROLE_GUEST), gone}),
            "h [#####-----] 3/6 cpu_blowfish   g waiting");
  EXPECT_EQ(ProgressLine({}), "waiting for probes");
}

}  // namespace
}  // namespace hypergauge::cli
