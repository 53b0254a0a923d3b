#pragma once

#include <string>
#include <vector>

#include "tests/bench/replay/simulation.h"

namespace hypergauge::replay {

/// How one cause fared.
struct CauseScore {
  int notifications = 0;
  int delay = -1;           ///< points from its onset (of half its nodes) to the first notification
  bool attributed = false;  ///< the first one named the very node, host or release
};

struct Score {
  std::vector<CauseScore> causes;  ///< as Replayed::causes
  std::vector<size_t> false_ones;  ///< indexes of Replayed::notifications
};

[[nodiscard]] Score Judge(const Replayed& replayed);

/// The figures as text, and under them what fails their goals.
[[nodiscard]] std::string Text(const ReplayOptions& options, const Replayed& replayed,
                               const Score& score);

/// Whether all goals are met.
[[nodiscard]] std::vector<std::string> Failures(const ReplayOptions& options,
                                                const Replayed& replayed, const Score& score);

}  // namespace hypergauge::replay
