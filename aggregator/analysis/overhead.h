#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/statistics.h"

/// What a guest costs against its baseline, with error bars. Pure functions.
namespace hypergauge::analysis {

/// Below so many blocks no interval is given.
inline constexpr size_t kLeastBlocks = 6;
/// A guest whose interval lies within +-2 % of its baseline is equivalent to it.
inline constexpr double kEquivalentEffect = 0.02;
/// A guest that is faster than its baseline by more than 5 % asks for a review.
inline constexpr double kSuperNativeEffect = 0.05;

/// One round of one benchmark: what the passes (one or two) gave on either side, in the
/// benchmark's own unit.
struct Block {
  uint64_t round = 0;
  std::vector<double> host;
  std::vector<double> guest;
};

/// Mean ln(guest) - mean ln(host), turned so that positive means that the guest is slower. Figures
/// that are not finite and above 0 are left out; nothing where a side has none left. The guests'
/// passes lie inside the host's, so that the means take a steady drift of the machine out.
[[nodiscard]] std::optional<double> LogRatio(const Block& block, bool higher_is_better);

enum class Answer {
  kEquivalent,    ///< the interval lies inside +-2 %
  kDifferent,     ///< it excludes 0
  kInconclusive,  ///< neither, or too few blocks for one
};

/// "equivalent", "different", "inconclusive".
[[nodiscard]] const char* AnswerWord(Answer answer);

/// Ratios are times of the guest / times of the baseline: 1.10 is a guest that takes 10 % longer,
/// or does 10 % less in the same time.
struct Overhead {
  double ratio = 1;                  ///< exp of the median of the blocks' log-ratios
  std::optional<Interval> interval;  ///< 95 %, of the ratio; none below kLeastBlocks
  size_t blocks = 0;
  double deviation = 0;  ///< standard deviation of the log-ratios; 0 for one block
  /// Blocks that are missing for finding an effect of 2 and 5 % with 80 % power. Nothing below 2
  /// blocks, whose deviation nobody knows.
  std::optional<size_t> missing_for_2_percent;
  std::optional<size_t> missing_for_5_percent;
  /// The change that so many blocks find with 80 % power, as a ratio minus 1. Nothing below
  /// kLeastBlocks.
  std::optional<double> smallest_detectable;
  Answer answer = Answer::kInconclusive;
  bool super_native = false;  ///< more than 5 % faster than its baseline: to be reviewed
};

/// Overhead by paired blocks, a log-ratio each; those that are not finite are left out. Nothing
/// where none is left. The interval is that of the median: by order statistics below 20 blocks, by
/// the bootstrap over blocks from there on. Order plays no part.
[[nodiscard]] std::optional<Overhead> OverheadOf(std::span<const double> log_ratios);

/// Overhead against a baseline that cannot be paired: another machine of the same hardware group.
/// Figures of whole runs; those that are not finite and above 0 are left out, and nothing where a
/// side has none left. The interval is RatioInterval's, `blocks` the runs of the smaller side, the
/// deviation that of a difference of one run a side.
[[nodiscard]] std::optional<Overhead> UnpairedOverheadOf(std::span<const double> baseline,
                                                         std::span<const double> guest,
                                                         bool higher_is_better);

/// Blocks that find an effect with 80 % power, two-sided at 5 %: (3.5 deviation / effect)^2,
/// rounded up, and kLeastBlocks at the least. 3.5 is (1.96 + 0.84) x 1.2533, the last because the
/// estimate is a median.
[[nodiscard]] size_t BlocksFor(double deviation, double effect);

/// What a figure that is too good can come from, of one side's last clean run.
struct RunFacts {
  std::string benchmark_build;        ///< SHA-256 of hypergauge-bench; empty where it is not known
  std::string clocksource;            ///< likewise
  std::optional<double> clock_ratio;  ///< time passed on the node / at the aggregator
  double clock_error = 0;             ///< bound of its error
  std::vector<std::string> marks;     ///< cached, unverified ...
  uint32_t threads = 0;
  uint32_t online_cpus = 0;  ///< 0 where it is not known
};

/// What to look at where a guest is super-native: sentences about clock, cache and threads, those
/// that differ or speak against the figure. Never empty: where nothing speaks against it, that is
/// said.
[[nodiscard]] std::vector<std::string> FactsToReview(const RunFacts& baseline,
                                                     const RunFacts& guest);

}  // namespace hypergauge::analysis
