#include "aggregator/analysis/modes.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "aggregator/analysis/level_shift.h"
#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kLeast = 40;
constexpr double kLeastShare = 0.1;
constexpr double kSeparation = 4;
// A series that changes its level once has one crossing; one that jumps to and fro has many.
constexpr double kLeastCrossings = 8;

std::vector<double> Finite(std::span<const double> values) {
  std::vector<double> result;
  std::copy_if(values.begin(), values.end(), std::back_inserter(result),
               [](double value) { return std::isfinite(value); });
  return result;
}

/// Where a sorted row is best cut in two: the largest variance between the parts (Otsu).
size_t BestCut(std::span<const double> sorted) {
  const auto count = static_cast<double>(sorted.size());
  double total = 0;
  for (const double value : sorted) total += value;
  double below = 0;
  double best = -1;
  size_t cut = 0;
  for (size_t i = 1; i < sorted.size(); ++i) {
    below += sorted[i - 1];
    const auto n = static_cast<double>(i);
    const double gap = (total - below) / (count - n) - below / n;
    const double between = n * (count - n) * gap * gap;
    if (between > best) {
      best = between;
      cut = i;
    }
  }
  return cut;
}

/// How often the row goes from one mode to the other.
double Crossings(std::span<const double> values, double border) {
  double crossings = 0;
  for (size_t i = 1; i < values.size(); ++i) {
    crossings += (values[i] > border) != (values[i - 1] > border) ? 1 : 0;
  }
  return crossings;
}

struct Sides {
  std::vector<double> lower;
  std::vector<double> upper;
};

Sides Divide(std::span<const double> values, double border) {
  Sides sides;
  for (const double value : values) (value > border ? sides.upper : sides.lower).push_back(value);
  return sides;
}

/// Two proportions; `independent` of every value are.
double ProportionP(double share_a, double count_a, double share_b, double count_b,
                   double independent) {
  const double common = (share_a * count_a + share_b * count_b) / (count_a + count_b);
  const double variance =
      common * (1 - common) * (1 / count_a + 1 / count_b) / std::max(independent, 1e-3);
  if (variance <= 0) return 1;
  return std::erfc(std::abs(share_a - share_b) / std::sqrt(variance) / std::numbers::sqrt2);
}

}  // namespace

std::optional<Modes> FindModes(std::span<const double> values) {
  const auto kept = Finite(values);
  if (kept.size() < kLeast) return std::nullopt;
  auto sorted = kept;
  std::sort(sorted.begin(), sorted.end());
  const size_t cut = BestCut(sorted);
  const std::span<const double> lower(sorted.data(), cut);
  const std::span<const double> upper(sorted.data() + cut, sorted.size() - cut);
  const double share = static_cast<double>(upper.size()) / static_cast<double>(sorted.size());
  if (share < kLeastShare || share > 1 - kLeastShare) return std::nullopt;
  const auto low = *Summarize(lower);
  const auto high = *Summarize(upper);
  const double gap = high.median - low.median;
  if (gap <= 0 || gap < kSeparation * std::max(low.mad, high.mad)) return std::nullopt;
  const double border = (lower.back() + upper.front()) / 2;
  if (Crossings(kept, border) < kLeastCrossings) return std::nullopt;
  return Modes{border, low.median, high.median, share};
}

std::optional<ModeChange> CompareModes(std::span<const double> before,
                                       std::span<const double> after) {
  const auto modes = FindModes(before);
  const auto later = Finite(after);
  if (!modes || later.empty()) return std::nullopt;
  const auto earlier = Finite(before);
  const Sides was = Divide(earlier, modes->border);
  const Sides is = Divide(later, modes->border);
  ModeChange change;
  change.share_before = modes->share;
  change.share_after = static_cast<double>(is.upper.size()) / static_cast<double>(later.size());
  // Values that stay in a mode for long tell less: their number counts as that of the stays, by
  // how many there would be if every value were drawn anew.
  const double expected =
      2 * modes->share * (1 - modes->share) * static_cast<double>(earlier.size());
  const double independent = std::min(1.0, Crossings(earlier, modes->border) / expected);
  change.share_p = ProportionP(change.share_before, static_cast<double>(earlier.size()),
                               change.share_after, static_cast<double>(later.size()), independent);
  if (const auto lower = MeasureShift(was.lower, is.lower)) {
    change.lower_shift = lower->shift;
    change.lower_z = lower->error > 0 ? lower->shift / lower->error : 0;
  }
  if (const auto upper = MeasureShift(was.upper, is.upper)) {
    change.upper_shift = upper->shift;
    change.upper_z = upper->error > 0 ? upper->shift / upper->error : 0;
  }
  return change;
}

}  // namespace hypergauge::analysis
