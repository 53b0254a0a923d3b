#include "cli/wait.h"

#include <gtest/gtest.h>

namespace hypergauge::cli {
namespace {

std::vector<v1::Node> OneNode() {
  v1::Node node;
  node.set_label("guest1");
  node.set_connected(true);
  return {node};
}

TEST(LeaseLineTest, SaysHowFarALeaseCame) {
  auto nodes = OneNode();
  v1::LeaseRecord lease;
  lease.set_lease_id("lease-7");
  EXPECT_EQ(LeaseLine(nodes, "guest1", nullptr), "guest1 waits for its host");
  EXPECT_EQ(LeaseLine(nodes, "guest1", &lease), "guest1 has the lease");
  auto& progress = *nodes[0].mutable_progress();
  progress.set_lease_id("lease-6");  // what the host was locked by before
  progress.set_total_benchmarks(8);
  EXPECT_EQ(LeaseLine(nodes, "guest1", &lease), "guest1 has the lease");
  progress.set_lease_id("lease-7");
  progress.set_finished_benchmarks(4);
  EXPECT_EQ(LeaseLine(nodes, "guest1", &lease), "guest1 [#####-----] 4/8");
  progress.set_benchmark("cpu_\nsha1");
  EXPECT_EQ(LeaseLine(nodes, "guest1", &lease), "guest1 [#####-----] 4/8 cpu_\\x0asha1");
}

TEST(LeaseLineTest, SaysThatTheNodeIsAway) {
  auto nodes = OneNode();
  nodes[0].set_connected(false);
  EXPECT_EQ(LeaseLine(nodes, "guest1", nullptr), "guest1 is not connected");
  EXPECT_EQ(LeaseLine({}, "guest1", nullptr), "guest1 is not connected");
}

}  // namespace
}  // namespace hypergauge::cli
