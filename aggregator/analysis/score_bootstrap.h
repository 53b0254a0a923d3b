#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/analysis/platform_scores.h"

namespace hypergauge::analysis {

/// From this many hosts on, hosts are what is drawn again.
inline constexpr size_t kLeastHosts = 6;

/// Draws one platform's figures again and again. Figures must hold finite values
/// only, and be sorted by host, node and benchmark, so that the same figures give the same draws.
/// Not for several threads at once.
class ScoreBootstrap {
 public:
  explicit ScoreBootstrap(std::span<const NodeFigure> figures);

  /// The figure's own median, of a log-ratio.
  [[nodiscard]] double MedianOf(size_t figure) const { return medians_[figure]; }
  /// Whether hosts are drawn, and not the rounds of each.
  [[nodiscard]] bool draws_hosts() const { return hosts_.size() >= kLeastHosts; }

  /// Draws again: the value of each figure, and how often it counts; 0 where its host was not
  /// drawn.
  void Draw();
  [[nodiscard]] double ValueOf(size_t figure) const { return values_[figure]; }
  [[nodiscard]] size_t WeightOf(size_t figure) const { return weights_[figure]; }

  /// How many draws are worth their time.
  [[nodiscard]] size_t draws() const { return draws_; }
  /// What makes up for percentiles of few hosts or rounds being too narrow.
  [[nodiscard]] double widening() const { return widening_; }

 private:
  // Log-ratios in rising order, and the place of each one's round at its host.
  using Paired = std::vector<std::pair<double, size_t>>;
  struct Host {
    std::vector<uint64_t> rounds;  // sorted
    std::vector<uint32_t> counts;  // how often each was drawn
  };

  void Add(const NodeFigure& figure);
  void Settle(std::span<const NodeFigure> figures);
  [[nodiscard]] double DrawnMedian(size_t figure);

  std::map<std::string, size_t> host_numbers_;
  std::vector<Host> hosts_;
  std::vector<size_t> host_of_;  // by figure
  std::vector<Paired> paired_;   // by figure; empty where it is not paired
  std::vector<std::pair<std::vector<double>, std::vector<double>>> sides_;  // by figure
  std::vector<double> medians_;
  std::vector<double> values_;
  std::vector<size_t> weights_;
  std::vector<size_t> places_;  // room for a draw
  std::mt19937_64 random_;
  size_t draws_ = 0;
  double widening_ = 1;
};

/// The middle 95 % of drawn logarithms, widened around the estimate, as ratios.
[[nodiscard]] Interval RatioPercentiles(std::span<const double> logs, double estimate,
                                        double widening);

}  // namespace hypergauge::analysis
