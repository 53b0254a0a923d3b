#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "aggregator/analysis/change_points.h"

namespace hypergauge::analysis {

/// Looks at a series point by point and says when its level seems to have moved. It is quick and
/// keeps little: what it suspects is to be confirmed by FindChangePoints over the stored series.
/// The test is a generalised likelihood ratio of the latest points against the segment before them,
/// each clipped, so that a spike never suffices. Not thread-safe.
class OnlineDetector {
 public:
  explicit OnlineDetector(Direction direction = Direction::kBoth) : direction_(direction) {}

  struct Suspicion {
    int64_t onset = 0;  ///< the point where the new level began: 0 for the first that was added
    double before = 0;  ///< the levels, in the values' own unit
    double after = 0;
    double sigmas = 0;  ///< the shift in standard deviations of the noise; below 0 for a fall
  };

  /// Relative to the level. Nothing before there is a segment to speak of, and for values that have
  /// no ratio, not being above 0.
  struct Noise {
    double sigma = 0;          ///< standard deviation about the segment's level, spikes clipped
    double smallest_step = 0;  ///< as a ratio - 1; suspected within kWindow points with 80 % power
  };
  [[nodiscard]] std::optional<Noise> noise() const;

  /// Takes the next point; one that is not finite is missing, and counts for the onset only. After
  /// a suspicion the detector goes on, and says so again with every point that supports it, until
  /// the new level has become the old one or Restart is called.
  std::optional<Suspicion> Add(double value);

  /// Begins a new segment at the next point; indexes count on.
  void Restart();

 private:
  static constexpr int kWindow = 20;  // the latest points, some of which may be of a new level

  [[nodiscard]] float Scaled(double value);
  [[nodiscard]] double Unscaled(double value) const;
  void EstimateNoise();
  void Absorb(double value);
  [[nodiscard]] double Sigma() const;
  [[nodiscard]] double Worth() const;
  [[nodiscard]] std::optional<Suspicion> Test() const;

  // Rings. Of a point's index the low bits: a window spans fewer points than they count.
  std::array<float, kWindow> window_{};  // scaled, relative to reference_
  std::array<uint16_t, kWindow> at_{};
  int64_t count_ = 0;      // points that were added, missing ones too
  double reference_ = 0;   // the segment's first value; its logarithm where not linear
  double level_ = 0;       // of the baseline: what left the window, clipped
  double variance_ = 0;    // of the baseline about its level
  double step_ = 0;        // mean square of the difference of neighbours
  double last_ = 0;        // what the baseline took last
  uint32_t baseline_ = 0;  // points in it
  uint8_t held_ = 0;       // points in the window
  uint8_t oldest_ = 0;     // where the window begins
  bool linear_ = false;    // a value was not above 0
  Direction direction_;
};

static_assert(sizeof(OnlineDetector) <= 192, "there are millions of them");

}  // namespace hypergauge::analysis
