#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/random_io.h"

/// What disk_rand_read and disk_rand_write have in common: the same figures at the same depths.
namespace hypergauge::probes {

inline constexpr int kDeepestQueue = 32;
inline constexpr int kQueueDepths[] = {1, kDeepestQueue};

/// Rates of all depths, then p50, p99 and max of each depth. `access` is "read" or "write".
[[nodiscard]] std::vector<Quantity> RandomQuantities(const std::string& benchmark,
                                                     const std::string& access);

/// The figures of one sample.
class RandomFigures {
 public:
  /// Of the next of kQueueDepths.
  void Add(const IoFigures& figures);

  /// As RandomQuantities has them.
  [[nodiscard]] std::vector<double> InOrder() const;

 private:
  std::vector<double> rates_;
  std::vector<double> latencies_;
};

/// What a sample spends at each depth: 250 ms, or half of it in the light suite.
[[nodiscard]] std::chrono::nanoseconds DurationOfOneDepth(const Context& context);

}  // namespace hypergauge::probes
