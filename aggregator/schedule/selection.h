#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aggregator/schedule/options.h"
#include "aggregator/schedule/types.h"

/// Which benchmarks a round runs, and what they take. Pure.
namespace hypergauge::aggregator {

/// A suite without some of light takes turns: a quarter of the others a round.
inline constexpr uint64_t kQuarters = 4;

/// Names in the order to run them, the same for all nodes of a round: the plan's own list; or of
/// light the core and quarter number `quarter` (mod 4) of the others; or the whole suite. The last
/// two in an order drawn from `seed`, the core first, of all that any of the nodes has.
[[nodiscard]] std::vector<std::string> SelectBenchmarks(const Plan& plan,
                                                        const std::vector<BenchmarkSet>& sets,
                                                        uint64_t quarter, uint64_t seed);

/// What a node does in a turn.
struct Work {
  std::vector<std::string> benchmarks;
  LockClass lock_class = LockClass::kExclusive;  ///< the strictest of them
  Resources resources = kAllResources;           ///< all of them together
  bool uses_network = false;
  uint64_t bytes_sent = 0;  ///< at least
};

/// Those of `names` that the node has. A node of which nothing is known chooses itself: the list is
/// empty, and it locks everything. A node that has none of them gets an empty list too; see
/// HasWork.
[[nodiscard]] Work WorkOf(const BenchmarkSet& has, const std::vector<std::string>& names,
                          const std::map<std::string, LockClass>& classes);
[[nodiscard]] bool HasWork(const BenchmarkSet& has, const Work& work);

/// The node's benchmark of that name; null where it has none.
[[nodiscard]] const BenchmarkFacts* FindBenchmark(const BenchmarkSet& has, const std::string& name);
/// All of the node's benchmarks of a suite, by name; of one category only where one is given.
[[nodiscard]] std::vector<std::string> SuiteOf(const BenchmarkSet& has, const std::string& suite,
                                               const std::string& category = "");

}  // namespace hypergauge::aggregator
