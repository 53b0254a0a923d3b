#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "aggregator/analysis/regression_engine.h"
#include "tests/bench/replay/options.h"

namespace hypergauge::replay {

/// A benchmark and the noise of its runs, as METHOD found it on a shared machine: a coefficient of
/// variation.
struct Benchmark {
  const char* name;
  const char* family;
  bool higher_is_better;
  double noise;
};

/// The quietest first.
[[nodiscard]] const std::vector<Benchmark>& Benchmarks();

struct Node {
  analysis::NodeInfo info;
  int host = -1;     ///< its index; its own for a host
  int platform = 0;  ///< which of the two releases' lines it is on
  bool is_guest = false;
};

enum class CauseLevel { kGuest, kHost, kPlatform };

/// A true regression.
struct Cause {
  CauseLevel level = CauseLevel::kGuest;
  int subject = 0;  ///< index of the node, or which platform
  std::vector<int> benchmarks;
  double effect = 0;  ///< 0.1: 10 % worse
  int onset = 0;      ///< step; for an upgrade, of the first host
  int spread = 0;     ///< steps in which an upgrade reaches all hosts; 0: all at once
  int end = 0;        ///< step in which it is mended; beyond the replay for never
  bool has_event = false;
  double sigmas = 0;  ///< effect / noise of one point, single or pooled, of its quietest benchmark
};

/// All nodes, hosts first.
[[nodiscard]] std::vector<Node> MakeNodes(const ReplayOptions& options);

/// Drawn so that no two touch the same series within days of each other, and that at least half of
/// them lie beyond 3 sigma.
[[nodiscard]] std::vector<Cause> MakeCauses(const ReplayOptions& options,
                                            const std::vector<Node>& nodes,
                                            std::mt19937_64& random);

/// Whether the cause reaches the node.
[[nodiscard]] bool Reaches(const Cause& cause, const std::vector<Node>& nodes, int node);

/// The step in which the cause begins on a node.
[[nodiscard]] int OnsetOn(const Cause& cause, const std::vector<Node>& nodes, int node);

}  // namespace hypergauge::replay
