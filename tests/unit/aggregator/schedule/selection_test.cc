#include "aggregator/schedule/selection.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/unit/aggregator/schedule/fleet.h"

namespace hypergauge::aggregator::scheduled {
namespace {

using Names = std::vector<std::string>;

TEST(SelectionTest, LightIsTheCoreFirstAndAQuarterOfTheOthers) {
  const auto names = SelectBenchmarks(Plan{}, {UsualBenchmarks()}, 2, 7);
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.begin() + 3),
            (std::set<std::string>{"cpu_core", "disk_core", "network_core"}));
  EXPECT_EQ(names[3], "cpu_other2");
}

TEST(SelectionTest, FourRoundsInARowRunEveryBenchmark) {
  std::set<std::string> seen;
  for (uint64_t round = UINT64_MAX - 1; round != 2; ++round) {
    for (const auto& name : SelectBenchmarks(Plan{}, {UsualBenchmarks()}, round, round)) {
      seen.insert(name);
    }
  }
  EXPECT_EQ(seen.size(), UsualBenchmarks()->size());
}

TEST(SelectionTest, TheOrderIsDrawnFromTheRoundAndIsTheSameForItsNodes) {
  std::set<Names> orders;
  for (uint64_t round = 0; round < 40; ++round) {
    const auto names = SelectBenchmarks(Plan{}, {UsualBenchmarks()}, 0, round);
    EXPECT_EQ(names, SelectBenchmarks(Plan{}, {UsualBenchmarks(), nullptr}, 0, round));
    orders.insert(names);
  }
  EXPECT_EQ(orders.size(), 6U);  // of the three of the core
}

TEST(SelectionTest, OtherSuitesRunWhole) {
  Plan plan;
  plan.suite = "standard";
  EXPECT_EQ(SelectBenchmarks(plan, {UsualBenchmarks()}, 0, 1).size(), 7U);
  plan.suite = "pilot";
  EXPECT_TRUE(SelectBenchmarks(plan, {UsualBenchmarks()}, 0, 1).empty());
}

TEST(SelectionTest, APlansOwnListKeepsItsOrder) {
  Plan plan;
  plan.benchmarks = {"disk_core", "nobody_has_it", "cpu_core"};
  const auto names = SelectBenchmarks(plan, {UsualBenchmarks()}, 3, 9);
  EXPECT_EQ(names, plan.benchmarks);
  EXPECT_EQ(WorkOf(UsualBenchmarks(), names, {}).benchmarks, (Names{"disk_core", "cpu_core"}));
}

TEST(SelectionTest, WorkLocksEverythingUnlessItsCategoriesSayOtherwise) {
  const Names both = {"cpu_core", "network_core"};
  const auto exclusive = WorkOf(UsualBenchmarks(), both, {{"network", LockClass::kBackground}});
  EXPECT_EQ(exclusive.lock_class, LockClass::kExclusive);
  EXPECT_EQ(exclusive.resources, kAllResources);
  EXPECT_TRUE(exclusive.uses_network);
  EXPECT_EQ(exclusive.bytes_sent, 1000U);
  const auto normal = WorkOf(UsualBenchmarks(), both,
                             {{"network", LockClass::kBackground}, {"cpu", LockClass::kNormal}});
  EXPECT_EQ(normal.lock_class, LockClass::kNormal);
  EXPECT_EQ(normal.resources, kCpu | kNic | kUplink);
  const auto cpu = WorkOf(UsualBenchmarks(), {"cpu_core"}, {{"cpu", LockClass::kBackground}});
  EXPECT_EQ(cpu.lock_class, LockClass::kBackground);
  EXPECT_FALSE(cpu.uses_network);
}

TEST(SelectionTest, ANodeOfWhichNothingIsKnownChoosesItself) {
  const auto work = WorkOf(nullptr, {"cpu_core"}, {{"cpu", LockClass::kBackground}});
  EXPECT_TRUE(HasWork(nullptr, work));
  EXPECT_EQ(work.lock_class, LockClass::kExclusive);
  const auto none = Benchmarks({});
  EXPECT_FALSE(HasWork(none, WorkOf(none, {"cpu_core"}, {})));
}

}  // namespace
}  // namespace hypergauge::aggregator::scheduled
