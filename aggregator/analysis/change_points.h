#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hypergauge::analysis {

/// Which way a level may move to be told.
enum class Direction : uint8_t { kBoth, kUp, kDown };

/// How far a change is to be trusted.
enum class Certainty {
  kSuspect,    ///< it is there, but the series is too short, or its noise too dependent, to be sure
  kConfirmed,  ///< enough points on both sides, and every test agrees
};

/// One lasting shift of a series' level.
struct ChangePoint {
  size_t index = 0;  ///< of the first value at the new level, missing values counted
  size_t low = 0;    ///< `index` lies in [low, high] with a probability of 90 %
  size_t high = 0;
  Certainty certainty = Certainty::kSuspect;
  double before = 0;  ///< median of the segment that ended, in the values' own unit
  double after = 0;   ///< median of the segment that began
  /// (after - before) / |before|: 0.05 is 5 % more. Infinite where `before` is 0.
  double effect = 0;
  double cohens_d = 0;  ///< the shift in standard deviations of the noise, without a sign
  double p = 1;         ///< of the rank test, two-sided, its sample size reduced by dependence
};

struct DetectorOptions {
  double min_effect = 0.02;  ///< the smallest |effect| that is told
  Direction direction = Direction::kBoth;
};

/// The lasting shifts of the level of a series, in order. Single spikes, noise, drift and seasons
/// are none. Values that are not finite are missing: they count for `index` and nothing else. A
/// series whose values are all above 0 is looked at on a logarithmic scale. Deterministic; safe to
/// call from any thread. Time: some microseconds a value up to 1,000 values. Source: Killick,
/// Fearnhead and Eckley, Optimal detection of changepoints with a linear computational cost (2012),
/// for the candidates; level_shifts.h for what must agree with them.
[[nodiscard]] std::vector<ChangePoint> FindChangePoints(std::span<const double> values,
                                                        const DetectorOptions& options = {});

}  // namespace hypergauge::analysis
