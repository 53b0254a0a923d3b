#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "aggregator/analysis/fleet_index.h"
#include "aggregator/analysis/online_detector.h"
#include "aggregator/analysis/regression.h"

/// What the engine remembers: of every series, of every group, and of what it has its eye on.
namespace hypergauge::analysis {

/// The logarithm of a series' level and noise, kept without its points. Oriented: more is worse.
struct RunningLevel {
  float level = 0;
  float sigma = 0;     ///< as a standard deviation of normal noise
  uint16_t count = 0;  ///< points seen; stays at its largest

  /// How far the point is from the level, in the logarithm; then the level learns from it.
  float Take(float log_value);
  [[nodiscard]] bool is_ready() const { return count > 20; }
};

/// A mean of the points since a node's release, kernel or image became another one, against the
/// level before it.
struct SinceChange {
  float sum = 0;
  uint16_t count = 0;
  bool is_on = false;
};

/// When to listen to a detector again that said what was not borne out.
struct Patience {
  uint16_t points = 0;  ///< until then its suspicions are not heard
  uint8_t refusals = 0;

  /// Whether a suspicion is to be heard now; call it for every point.
  bool Listen(bool is_suspicious);
  void Refuse();
};

struct SeriesState {
  OnlineDetector detector{Direction::kBoth};
  int64_t last_at = 0;
  float accepted = 0;  ///< oriented logarithm of the level that drift is measured against
  RunningLevel running;
  SinceChange since_change;
  Patience patience;
  bool has_accepted = false;
  bool is_asleep = false;   ///< its detector is to be made anew from the window, at the next point
  uint8_t until_drift = 0;  ///< points until it is compared with the accepted level
};

struct GroupState {
  OnlineDetector detector{Direction::kBoth};
  int64_t bin = 0;  ///< the interval that is being filled
  double weights = 0;
  double sum = 0;
  uint32_t given = 0;  ///< series that gave a point to it
  Patience patience;
};

/// A series' or group's suspicion that waits for its confirming runs.
struct Suspect {
  Regression regression;
  Slot slot = kNone;       ///< of a series
  uint32_t group = kNone;  ///< or of a group
  int64_t asked_at = 0;
  bool is_aligned = false;  ///< each member's change is when its node got the release
};

/// A series that seems to have got better.
struct Improving {
  Slot slot = kNone;
  int64_t since = 0;
};

/// What a look at the windows found.
struct Finding {
  RegressionKind kind = RegressionKind::kStep;
  bool is_confirmed = false;
  int64_t onset = 0;
  int64_t low = 0;
  int64_t high = 0;
  double before = 0;
  double after = 0;
  double effect = 0;  ///< oriented: positive is worse
  double p = 1;
  std::vector<AffectedSeries> children;
};

/// Neither missing nor beyond what a logarithm is of.
[[nodiscard]] inline bool IsFigure(const TimedValue& point) {
  return std::isfinite(point.value) && point.value > 0;
}

/// ratio - 1 so that positive is worse; within +-1000, also where one of them is 0.
[[nodiscard]] double OrientedEffect(double before, double after, bool higher_is_better);

}  // namespace hypergauge::analysis
