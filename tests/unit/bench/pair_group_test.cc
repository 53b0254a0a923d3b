#include "tests/bench/pair_group.h"

#include <gtest/gtest.h>

namespace hypergauge::bench {
namespace {

using Figures = std::vector<double>;

// A group of one set whose sides write down when they were asked.
PairGroup Group(std::string& order, std::function<double()> native) {
  PairGroup group;
  group.benchmark = "cpu_prime";
  group.sets = {{.name = "cpu_prime", .tool = "sysbench", .low = 0.95, .high = 1.05}};
  group.prepare = [&order]() -> Result<void> {
    order += "p";
    return {};
  };
  group.native = [&order, native = std::move(native)]() -> Result<Figures> {
    order += "n";
    return Figures{native()};
  };
  group.tool = [&order]() -> Result<Figures> {
    order += "t";
    return Figures{100};
  };
  return group;
}

TEST(PairGroup, AlternatesTheOrderOfTheSides) {
  std::string order;
  const auto result = RunGroup(Group(order, [] { return 101; }), {.least = 6, .most = 24});
  ASSERT_TRUE(result);
  EXPECT_EQ(order, "pnttnnttnnttn");
}

TEST(PairGroup, StopsAsSoonAsAllIsClear) {
  std::string order;
  const auto result = RunGroup(Group(order, [] { return 101; }), {.least = 8, .most = 24});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->pairs, 8U);
  EXPECT_EQ(result->judgements.at(0).verdict, Verdict::kOk);
}

TEST(PairGroup, TakesAllPairsWhileItIsInconclusive) {
  std::string order;
  int asked = 0;
  const auto native = [&asked] { return ++asked % 2 == 0 ? 80.0 : 120.0; };
  const auto result = RunGroup(Group(order, native), {.least = 8, .most = 12});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->pairs, 12U);
  EXPECT_EQ(result->judgements.at(0).verdict, Verdict::kInconclusive);
}

// What a mutation of the benchmark looks like: half of the work left out.
TEST(PairGroup, FindsABenchmarkThatDoesHalfTheWork) {
  std::string order;
  const auto result = RunGroup(Group(order, [] { return 200; }), {.least = 8, .most = 24});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->judgements.at(0).verdict, Verdict::kOutside);
}

TEST(PairGroup, FailsWithTheSideThatFailed) {
  std::string order;
  auto group = Group(order, [] { return 100; });
  group.tool = []() -> Result<Figures> { return Fail(ErrorCode::kWrongAnswer, "nonsense"); };
  const auto result = RunGroup(group, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "sysbench: nonsense");
}

TEST(PairGroup, RefusesAnotherNumberOfFigures) {
  std::string order;
  auto group = Group(order, [] { return 100; });
  group.native = []() -> Result<Figures> { return Figures{}; };
  EXPECT_FALSE(RunGroup(group, {}));
}

}  // namespace
}  // namespace hypergauge::bench
