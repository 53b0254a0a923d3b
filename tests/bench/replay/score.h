#pragma once

#include <cstddef>
#include <optional>
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

/// Which cause a notification tells of, as the index of Replayed::causes; nothing for a false one.
[[nodiscard]] std::optional<size_t> CauseOf(const Replayed& replayed, const Notification& told);

/// How the alerts fared whose causes were mended while they were open.
struct Returns {
  int mended = 0;              ///< alerts
  int early = 0;               ///< of them were resolved before
  std::vector<double> delays;  ///< of those resolved afterwards: points since the end
};

struct Score {
  std::vector<CauseScore> causes;  ///< as Replayed::causes
  std::vector<size_t> false_ones;  ///< indexes of Replayed::notifications
  Returns returns;
};

[[nodiscard]] Score Judge(const ReplayOptions& options, const Replayed& replayed);

/// The figures as text, and under them what fails their goals.
[[nodiscard]] std::string Text(const ReplayOptions& options, const Replayed& replayed,
                               const Score& score);

/// Whether all goals are met.
[[nodiscard]] std::vector<std::string> Failures(const ReplayOptions& options,
                                                const Replayed& replayed, const Score& score);

}  // namespace hypergauge::replay
