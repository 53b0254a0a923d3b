#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "tests/bench/labelled_series.h"

/// What the change-point detector does with series whose shifts are known.
namespace hypergauge::bench {

/// Both states of a change point count; a regression is found within 5 points.
struct Hits {
  int regressions = 0;
  int found = 0;
  int false_ones = 0;       ///< change points of series without a regression
  size_t quiet_points = 0;  ///< in those
};
[[nodiscard]] Hits CountHits(const std::vector<LabelledSeries>& series);

/// The values in an order without any meaning, the same on every machine: their noise, no shift.
[[nodiscard]] std::vector<LabelledSeries> Shuffled(const std::vector<LabelledSeries>& series);

/// How many points at a new level it takes until it is suspected, and until a confirmed change
/// point is within 5 points of it: medians over the series. Nothing where most never get there
/// in 60.
struct Delay {
  std::optional<double> suspected;
  std::optional<double> confirmed;
  int trials = 0;
};

/// Shifts each series whose values are above 0, from its 151st value on, by `sigmas` standard
/// deviations of its noise, and shows it to the detectors point by point: what the one that sees
/// each point suspects is looked at by the other one. Up and down by turns.
[[nodiscard]] Delay MeasureDelay(const std::vector<LabelledSeries>& quiet, double sigmas);

/// Cuts series whose values are above 0 into pieces of `length` values and looks at each piece
/// twice: as it is, and shifted by `sigmas` standard deviations of its noise at a place between its
/// first and its last fifth, which wanders from piece to piece.
struct ShortPieces {
  Hits quiet;
  Hits shifted;
};
[[nodiscard]] ShortPieces CountShortPieces(const std::vector<LabelledSeries>& quiet, size_t length,
                                           double sigmas);

/// Processor time for a point, in seconds.
[[nodiscard]] double OnlineCost(const std::vector<LabelledSeries>& series);
[[nodiscard]] double OfflineCost(const std::vector<LabelledSeries>& series);

}  // namespace hypergauge::bench
