#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/statistics.h"

/// Platforms against each other, over all their nodes. Pure functions.
namespace hypergauge::analysis {

/// The log-ratio of one round: positive is slower than the baseline.
struct RoundRatio {
  uint64_t round = 0;
  double log_ratio = 0;
};

/// One benchmark of one node against its baseline: paired (`rounds`), or where it cannot be paired
/// the logarithms of both sides' times. What is not finite is left out.
struct NodeFigure {
  std::string platform;  ///< or a version of it: what is scored
  std::string node;
  std::string host;  ///< guests of one host share its rounds and its fate
  std::string benchmark;
  std::string category;
  bool cached = false;  ///< measures a cache: shown, never ranked
  std::vector<RoundRatio> rounds;
  std::vector<double> baseline_logs;  ///< of whole runs; empty where there are rounds
  std::vector<double> node_logs;
};

/// A ratio of times, 1.10 for 10 % slower than the baseline, with its 95 % interval.
struct Estimate {
  double ratio = 1;
  std::optional<Interval> interval;
};

struct BenchmarkScore {
  std::string benchmark;
  std::string category;
  bool cached = false;
  Estimate estimate;  ///< geometric mean of the nodes' medians
  size_t nodes = 0;
  size_t blocks = 0;  ///< of all nodes
};

struct CategoryScore {
  std::string category;
  Estimate estimate;  ///< geometric mean of its benchmarks
};

struct PlatformScore {
  std::string platform;
  size_t nodes = 0;
  size_t hosts = 0;
  /// Geometric mean of the categories. Nothing where all figures are cached.
  std::optional<Estimate> overall;
  std::vector<CategoryScore> categories;   ///< by name; without cached figures
  std::string worst_category;              ///< the one with the highest ratio
  std::vector<BenchmarkScore> benchmarks;  ///< by category and name; cached ones too
  /// 1 + the platforms that are better for certain; 0 without an overall figure.
  size_t place = 0;
  bool tied = false;  ///< the interval of a neighbour overlaps, or one of them has none
};

/// Scores of all platforms, the best first.
///
/// What is settled counts: a node's figure of at least kLeastBlocks blocks (runs on either side
/// where it is not paired), a benchmark or category with an interval. Where none is settled, all
/// count, and there is no interval.
///
/// Intervals: from 6 hosts on, hosts are drawn again with all their guests, so that the interval
/// holds how hosts differ; below, the rounds of each host, for all guests and benchmarks together,
/// and the interval speaks of these very hosts. Percentiles, widened for few hosts or rounds. The
/// seed is fixed, and order plays no part. Source: Davison and Hinkley, Bootstrap Methods and their
/// Application (1997), section 3.8; Hesterberg, What Teachers Should Know About the Bootstrap
/// (2015), on expanded percentiles.
[[nodiscard]] std::vector<PlatformScore> ScorePlatforms(std::vector<NodeFigure> figures);

/// Sorts by the overall ratio, those without one last, and gives places: two platforms are apart
/// where both have intervals and these do not overlap.
void Rank(std::vector<PlatformScore>& platforms);

}  // namespace hypergauge::analysis
