#pragma once

#include <optional>
#include <span>

namespace hypergauge::analysis {

/// Two levels between which a series jumps to and fro, as a benchmark does whose memory lands on
/// one node or the other.
struct Modes {
  double border = 0;  ///< values above it are in the upper mode
  double lower = 0;   ///< medians
  double upper = 0;
  double share = 0;  ///< of values in the upper mode
};

/// The best split of the values in two. Nothing where there is one mode only: fewer than 40 values,
/// a mode with less than a tenth of them, modes nearer than 4 times their own spread, or modes that
/// follow each other instead of alternating, which is a change of level.
[[nodiscard]] std::optional<Modes> FindModes(std::span<const double> values);

/// Whether the values after a moment are in the modes otherwise than those before.
struct ModeChange {
  double share_before = 0;  ///< of the upper mode
  double share_after = 0;
  double share_p = 1;      ///< two-sided, of two proportions, the effective size reduced by runs
  double lower_shift = 0;  ///< of the medians, after - before
  double upper_shift = 0;
  double lower_z = 0;  ///< in standard errors; 0 where a mode has too few values to tell
  double upper_z = 0;
};

/// Nothing where `before` has no modes, or `after` is empty.
[[nodiscard]] std::optional<ModeChange> CompareModes(std::span<const double> before,
                                                     std::span<const double> after);

}  // namespace hypergauge::analysis
