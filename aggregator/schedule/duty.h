#pragma once

#include <string>
#include <vector>

#include "aggregator/schedule/options.h"

/// How often a host's rounds can come. Pure arithmetic.
namespace hypergauge::aggregator {

/// The rounds of one plan on one host.
struct RoundLoad {
  const Plan* plan = nullptr;
  Time wanted{};  ///< the least interval that the plan and the nodes ask for
  /// A node's turn each, as seen or as the plan has it; the same order of nodes in every load.
  std::vector<Time> cycles;
  bool has_host = false;  ///< the first of them is the host's own
};

struct EffectiveInterval {
  Time interval{};
  Time round{};      ///< all turns of a round together
  int turns = 0;     ///< of a round
  std::string text;  ///< the arithmetic, for people
};

/// Turns of a round: a guest has two, and the host two around them, or one alone. 0 without nodes.
[[nodiscard]] int TurnsOf(const RoundLoad& load);

/// For each plan of a host, the least interval not below the wanted one with which all plans
/// together keep each node's turns within node_duty and all turns within host_duty. Every plan is
/// stretched by the same factor of its wanted interval, and only where it must. `other`: what else
/// locks the host, as a share of its time (network runs); a tenth of host_duty stays for rounds
/// however much that is. Intervals are in whole milliseconds and end at 100 years.
[[nodiscard]] std::vector<EffectiveInterval> Stretch(const std::vector<RoundLoad>& loads,
                                                     double node_duty, double host_duty,
                                                     double other = 0);

}  // namespace hypergauge::aggregator
