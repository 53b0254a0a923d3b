#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/statistics.h"

/// What pairs of measurements, ours and a trusted tool's, say about our fidelity.
namespace hypergauge::bench {

/// What a pair comes to: native / tool, or native - tool where zero is a good figure.
enum class Compare { kRatio, kDifference };

struct PairSet {
  std::string name;  ///< "disk_rand_read queue_depth=1"
  std::string tool;
  double low = 0;  ///< the band in which the median has to lie
  double high = 0;
  Compare compare = Compare::kRatio;
};

enum class Verdict {
  kOk,            ///< the whole interval lies in the band
  kOutside,       ///< nothing of it does
  kInconclusive,  ///< anything else: more pairs are needed
};

struct Judgement {
  double median = 0;
  std::optional<Interval> interval;  ///< 95 %; none for too few pairs
  Verdict verdict = Verdict::kInconclusive;
};

/// 95 % interval of the median: by order statistics below 20 values, by percentile bootstrap above.
/// The same values give the same interval.
[[nodiscard]] std::optional<Interval> PairInterval(std::span<const double> values);

/// What one pair comes to.
[[nodiscard]] double ComparePair(const PairSet& set, double native, double tool);

[[nodiscard]] Judgement Judge(const PairSet& set, std::span<const double> values);

/// "ok", "outside", "inconclusive".
[[nodiscard]] std::string ToString(Verdict verdict);

/// One line, without a newline.
[[nodiscard]] std::string Line(const PairSet& set, const Judgement& judgement, size_t pairs);

}  // namespace hypergauge::bench
