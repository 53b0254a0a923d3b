#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aggregator/analysis/level_shift.h"
#include "aggregator/analysis/regression.h"

/// Whose fault a change is that was found in one series, or in one host's.
namespace hypergauge::analysis {

/// How the other members of one host, release, kernel or image did at the same moment; or, where
/// the change is that of a release, each at the moment in which it got the release.
struct Cohort {
  RegressionScope scope = RegressionScope::kHost;
  std::string subject;
  /// Logarithms, oriented so that positive is worse; without those that the change was found in.
  std::vector<LevelShift> others;
  size_t other_hosts = 0;      ///< hosts that these are on, besides the one of the change
  bool matches_event = false;  ///< the nearest event before the change made the cohort
};

/// Whether the cohort shares the change: at least half of the others moved by at least half of it
/// (`shift`, a logarithm), at least two of them, and together beyond doubt. A release must have
/// moved on two other hosts; else it is the host's affair.
[[nodiscard]] bool Shares(const Cohort& cohort, double shift);

/// The cohort that has the change: its index, or nothing where it is one node's own. A cohort made
/// by an event goes first, then releases before hosts, then the clearest.
[[nodiscard]] std::optional<size_t> ChooseCohort(std::span<const Cohort> cohorts, double shift);

/// What is to blame, in a word or two. `host_moved`: the host's own series moved too; nothing where
/// the host is not measured.
[[nodiscard]] std::string Blame(RegressionScope scope, std::optional<bool> host_moved);

/// The nearest event before the change, or at most `slack` after its first point; null for none
/// within `reach` before.
[[nodiscard]] const NodeEvent* NearestEvent(std::span<const NodeEvent> events, int64_t onset,
                                            int64_t reach, int64_t slack);

/// "kernel_release changed from 6.1 to 6.6, 25 min before". Durations are rounded.
[[nodiscard]] std::string CauseText(const NodeEvent& event, int64_t onset);

}  // namespace hypergauge::analysis
