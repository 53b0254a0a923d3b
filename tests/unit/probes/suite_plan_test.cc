#include "probes/suite_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace hypergauge::probes {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using ::testing::UnorderedElementsAreArray;

v1::BenchmarkDescriptor Descriptor(const std::string& name, const std::vector<std::string>& suites,
                                   bool core = false, const std::string& category = "cpu") {
  v1::BenchmarkDescriptor descriptor;
  descriptor.set_name(name);
  descriptor.set_category(category);
  descriptor.set_core(core);
  for (const auto& suite : suites) descriptor.add_suites(suite);
  return descriptor;
}

const std::vector<v1::BenchmarkDescriptor> kKnown = {
    Descriptor("a", {"light", "standard"}),       Descriptor("b", {"light", "standard"}),
    Descriptor("c", {"light", "standard"}, true), Descriptor("d", {"light", "standard"}),
    Descriptor("e", {"light", "standard"}),       Descriptor("f", {"light", "standard", "pilot"}),
    Descriptor("t", {}, false, "tools"),
};

Result<std::vector<std::string>> Select(const Selection& selection,
                                        const Config& config = DefaultConfig()) {
  return SelectBenchmarks(kKnown, config, selection);
}

TEST(SelectBenchmarks, TakesNamesInTheirOrder) {
  EXPECT_THAT(Select({.names = {"t", "a"}, .categories = {}}).value(), ElementsAre("t", "a"));
}

TEST(SelectBenchmarks, RunsTheCoreFirstAndLetsTheOthersTakeTurns) {
  std::set<std::string> seen;
  for (uint64_t cycle = 8; cycle < 12; ++cycle) {
    const auto names = Select({.names = {}, .categories = {}, .cycle = cycle}).value();
    EXPECT_EQ(names.front(), "c");
    EXPECT_LE(names.size(), 3U);
    seen.insert(names.begin(), names.end());
  }
  EXPECT_THAT(seen, UnorderedElementsAre("a", "b", "c", "d", "e", "f"));
  EXPECT_THAT(Select({.names = {}, .categories = {}, .cycle = 0}).value(),
              UnorderedElementsAre("c", "a", "f"));
}

TEST(SelectBenchmarks, RunsTheWholeOfOtherSuitesInAnOrderOfTheSeed) {
  std::set<std::vector<std::string>> orders;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto names =
        Select({.suite = "standard", .names = {}, .categories = {}, .seed = seed}).value();
    EXPECT_THAT(names, UnorderedElementsAre("a", "b", "c", "d", "e", "f"));
    orders.insert(names);
  }
  EXPECT_GT(orders.size(), 5U);
  EXPECT_THAT(Select({.suite = "pilot", .names = {}, .categories = {}}).value(), ElementsAre("f"));
}

TEST(SelectBenchmarks, TakesTheWholeLightSuiteWhereItIsAskedFor) {
  for (uint64_t cycle = 0; cycle < 4; ++cycle) {
    EXPECT_THAT(Select({.names = {}, .categories = {}, .cycle = cycle, .whole = true}).value(),
                UnorderedElementsAre("a", "b", "c", "d", "e", "f"));
  }
}

TEST(Reorder, DrawsAnOrderFromTheSeed) {
  const std::vector<std::string> names = {"a", "b", "c", "d", "e", "f"};
  std::set<std::vector<std::string>> orders;
  std::set<std::string> firsts;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    auto order = names;
    Reorder(kKnown, /*core_first=*/false, seed, order);
    EXPECT_THAT(order, UnorderedElementsAreArray(names));
    firsts.insert(order.front());
    auto again = names;
    Reorder(kKnown, /*core_first=*/false, seed, again);
    EXPECT_EQ(again, order);
    orders.insert(order);
    Reorder(kKnown, /*core_first=*/true, seed, order);
    EXPECT_EQ(order.front(), "c");
  }
  EXPECT_GT(orders.size(), 10U);
  EXPECT_GT(firsts.size(), 2U);
}

TEST(SelectBenchmarks, LeavesOutWhatTheUserTurnedOffUnlessItIsNamed) {
  Config config = DefaultConfig();
  config.benchmarks["c"].enabled = false;
  EXPECT_THAT(Select({.suite = "standard", .names = {}, .categories = {}}, config).value(),
              Not(Contains("c")));
  EXPECT_THAT(Select({.names = {"c"}, .categories = {}}, config).value(), ElementsAre("c"));
}

TEST(SelectBenchmarks, TakesWholeCategories) {
  EXPECT_THAT(Select({.names = {}, .categories = {"tools"}}).value(), ElementsAre("t"));
  EXPECT_EQ(Select({.names = {}, .categories = {"gpu"}}).error().message,
            "unknown category \"gpu\"; there are cpu, tools");
}

TEST(SelectBenchmarks, NamesWhatThereIs) {
  EXPECT_EQ(Select({.names = {"x"}, .categories = {}}).error().message,
            "unknown benchmark \"x\"; there are a, b, c, d, e, f, t");
  EXPECT_EQ(Select({.suite = "heavy", .names = {}, .categories = {}}).error().message,
            "unknown suite \"heavy\"; there are light, standard and pilot");
}

TEST(CheckAgainst, FindsBenchmarksAndOptionsThatThereAreNot) {
  auto known = kKnown;
  (*known[0].mutable_options())["url"] = "where";
  Config config = DefaultConfig();
  config.benchmarks["a"].options["url"] = "x";
  EXPECT_TRUE(CheckAgainst(known, config));
  config.benchmarks["a"].options["ulr"] = "x";
  EXPECT_EQ(CheckAgainst(known, config).error().message,
            "benchmarks.a.options.ulr: it has no such option");
  config.benchmarks = {{"zz", {}}};
  EXPECT_EQ(CheckAgainst(known, config).error().message,
            "benchmarks.zz: there is no such benchmark; there are a, b, c, d, e, f, t");
}

}  // namespace
}  // namespace hypergauge::probes
