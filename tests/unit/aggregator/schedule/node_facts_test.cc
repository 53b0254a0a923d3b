#include "aggregator/schedule/node_facts.h"

#include <gtest/gtest.h>

#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

v1::Hello Hello(const std::string& name) {
  auto hello = hypergauge::testing::MakeHello(name);
  auto& benchmark = *hello.mutable_benchmarks(0);
  benchmark.set_available(true);
  (*benchmark.mutable_least_bytes_sent())["light"] = 10;
  (*benchmark.mutable_least_bytes_sent())["standard"] = 500;
  return hello;
}

TEST(NodeFactsTest, BytesAreThoseOfTheSuiteThatTheNetworkIsMeasuredWith) {
  for (const auto& [suite, bytes] :
       {std::pair("light", 10U), std::pair("standard", 500U), std::pair("pilot", 0U)}) {
    BenchmarkSets sets(suite);
    const auto facts = NodeFactsOf(Hello("a"), "h", false, sets);
    ASSERT_EQ(facts.benchmarks->size(), 1U);
    EXPECT_EQ(facts.benchmarks->at(0).least_bytes_sent, bytes) << suite;
    EXPECT_EQ(facts.node_id, "id-a");
    EXPECT_EQ(facts.host, "h");
  }
}

TEST(NodeFactsTest, NodesWithTheSameProbeShareTheirBenchmarks) {
  BenchmarkSets sets("light");
  const auto first = NodeFactsOf(Hello("a"), "h", false, sets).benchmarks;
  EXPECT_EQ(NodeFactsOf(Hello("b"), "h", true, sets).benchmarks, first);
  auto other = Hello("c");
  other.mutable_benchmarks(0)->set_available(false);
  EXPECT_NE(NodeFactsOf(other, "h", false, sets).benchmarks, first);
}

}  // namespace
}  // namespace hypergauge::aggregator
