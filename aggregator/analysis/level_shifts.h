#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "aggregator/analysis/noise.h"

namespace hypergauge::analysis {

/// How strongly the values around a cut speak for a shift there.
struct Evidence {
  double score = 0;  ///< the shift of the means beside it, without drift, in standard errors
  double jump = 0;   ///< the share of that shift which is sudden: about 0 in a ramp, 1 for a step
  double cohens_d = 0;  ///< the shift of the segments' medians in standard deviations
  double p = 1;         ///< of the rank test of the segments, two-sided
};

/// Where a shift lies, with a probability of 90 % for [low, high].
struct Place {
  size_t low = 0;
  size_t at = 0;
  size_t high = 0;
};

/// Finds the lasting shifts of the level of a series of finite values, in a scale in which its
/// noise is the same everywhere. Keeps a reference to the values.
class LevelShifts {
 public:
  /// `floor` is the least standard deviation that is believed, above 0.
  LevelShifts(std::span<const double> values, double floor);

  /// In order: where the new level begins, and what speaks for it.
  struct Shift {
    Place place;
    Evidence evidence;
  };
  [[nodiscard]] std::vector<Shift> Find();

 private:
  [[nodiscard]] std::vector<size_t> Candidates() const;
  void Eliminate(std::vector<size_t>& cuts);
  [[nodiscard]] double Support(std::span<const size_t> cuts, size_t which) const;
  [[nodiscard]] Evidence Weigh(size_t begin, size_t cut, size_t end) const;
  void Compare(size_t begin, size_t cut, size_t end, Evidence& evidence) const;
  [[nodiscard]] Place Locate(size_t begin, size_t cut, size_t end) const;
  [[nodiscard]] double Penalty(double inflation) const;

  std::span<const double> values_;
  size_t shortest_;  // no segment between two shifts has fewer values
  double sigma_;
  std::vector<double> clipped_;
  Sums sums_;  // of clipped_
  Wander wander_;
};

}  // namespace hypergauge::analysis
