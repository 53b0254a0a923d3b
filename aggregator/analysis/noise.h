#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// How much a series scatters about its level, without being fooled by shifts of that level.
namespace hypergauge::analysis {

/// The standard deviation of independent noise, from the differences of neighbours: 1.4826 x the
/// median distance of the differences from their median, over the root of two. A trend and a few
/// shifts of the level do not count. 0 for fewer than 3 values.
[[nodiscard]] double DifferenceSigma(std::span<const double> values);

/// The step in which a series is counted or rounded: the smallest distance of two different values
/// where fewer than half of the values differ from one another. 0 where they are continuous, and
/// where fewer than a tenth of the neighbours differ: what steps that seldom has a level.
[[nodiscard]] double Quantum(std::span<const double> values);

/// Running sums of a series, for means of any stretch of it.
class Sums {
 public:
  explicit Sums(std::span<const double> values);

  /// Of values [from, to), which is not empty.
  [[nodiscard]] double Mean(size_t from, size_t to) const {
    return (sums_[to].value - sums_[from].value) / static_cast<double>(to - from);
  }
  /// The sum of their squared distances from that mean.
  [[nodiscard]] double Scatter(size_t from, size_t to) const;
  /// The value at `place` of the straight line through values [from, to) by least squares; 2 or
  /// more.
  [[nodiscard]] double LineAt(size_t from, size_t to, double place) const;
  [[nodiscard]] size_t size() const { return sums_.size() - 1; }

 private:
  struct Sum {
    double value = 0;
    double square = 0;
    double moment = 0;  // value times index
  };
  std::vector<Sum> sums_;
};

/// What a level does while nothing happens.
struct Wander {
  double drift = 0;  ///< of the level, from one value to the next
  /// The variance of a mean of many values over that of as many independent ones; 1 or more. Where
  /// neighbours correlate by r it is (1 + r) / (1 - r), and more where a level wanders or swings.
  double inflation = 1;
};

/// Compares the means of windows side by side, none of them across one of the `cuts`, and takes
/// their median difference for drift and 1.4826 x the median distance from that for what wander
/// makes of the noise `sigma`. A few shifts that are not in `cuts` do not count either. Windows
/// have up to 12 values, fewer where the series is short or the cuts leave little room.
[[nodiscard]] Wander MeasureWander(const Sums& sums, std::span<const size_t> cuts, double sigma);

}  // namespace hypergauge::analysis
