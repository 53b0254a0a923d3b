#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/load/fleet.h"

namespace hypergauge::load {

/// A real step in the figures of some nodes, and what happened to their environment right before.
struct Slowdown {
  enum class Scope { kNode, kHost, kPlatform };
  Scope scope = Scope::kNode;
  int node = 0;  ///< whose it is; of a platform any node of it
  std::string benchmark;
  double effect = 0;  ///< 0.2: 20 % worse
  int64_t onset_unix_nanos = 0;
  int64_t end_unix_nanos = INT64_MAX;  ///< when it was mended
  std::string fact;                    ///< of the environment; empty where nothing changed
  std::string before;
  std::string after;
};

/// As many as the fleet's options ask for, or as there are quiet benchmarks for: each has another
/// benchmark or another host. Those of probes that go on where a store ends lie in the past.
[[nodiscard]] std::vector<Slowdown> MakeSlowdowns(const SimFleet& fleet, int64_t begin_unix_nanos,
                                                  int64_t end_unix_nanos);

/// Whether it reaches the node.
[[nodiscard]] bool Reaches(const Slowdown& slowdown, const SimFleet& fleet, const SimNode& node);

/// What slow-downs make of a time of the node at that moment: 1.2 is 20 % more.
[[nodiscard]] double EffectOn(const std::vector<Slowdown>& all, const SimFleet& fleet,
                              const SimNode& node, const std::string& benchmark,
                              int64_t at_unix_nanos);

/// Changes what the node says of itself to what holds at that moment.
void ApplyFacts(const std::vector<Slowdown>& all, const SimFleet& fleet, const SimNode& node,
                int64_t at_unix_nanos, v1::Hello& hello);

}  // namespace hypergauge::load
