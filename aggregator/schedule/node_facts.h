#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/schedule/types.h"
#include "hypergauge/v1/session.pb.h"

/// From what a probe says of itself to what planning needs.
namespace hypergauge::aggregator {

/// Probes with the same benchmarks share one set: a fleet has thousands of nodes and few probes.
/// Threads: one at a time.
class BenchmarkSets {
 public:
  /// `suite`: whose bytes count.
  explicit BenchmarkSets(std::string suite) : suite_(std::move(suite)) {}

  /// Of those that can run there.
  [[nodiscard]] BenchmarkSet Of(const v1::Hello& hello);

 private:
  const std::string suite_;
  std::map<std::string, std::weak_ptr<const std::vector<BenchmarkFacts>>> known_;
};

/// `host`: the physical machine that the node shares with others.
[[nodiscard]] NodeFacts NodeFactsOf(const v1::Hello& hello, std::string host, bool is_host,
                                    BenchmarkSets& sets);

}  // namespace hypergauge::aggregator
