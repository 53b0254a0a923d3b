#include "aggregator/analysis/level_shifts.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "aggregator/analysis/pelt.h"
#include "aggregator/analysis/rank_test.h"
#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

// The one setting. It was found on SAP's series and on injected steps.
constexpr double kClip = 3.5;         // standard deviations from the median of the neighbours
constexpr size_t kClipReach = 5;      // neighbours on either side
constexpr size_t kFewest = 12;        // values of a series
constexpr size_t kShortest = 6;       // values of a segment
constexpr size_t kShortestOfFew = 4;  // where six would be much of the series
constexpr size_t kShortestPart = 10;  // of the series
constexpr double kPenalty = 3;        // x sigma^2 ln n
constexpr double kLeastScore = 4;     // standard errors
constexpr size_t kScoreReach = 24;    // values on either side of a cut that its score takes in
constexpr double kLeastJump = 0.5;    // of the shift
constexpr size_t kJumpReach = 40;     // values on either side that lines are laid through
constexpr double kLeastCohen = 1.5;
constexpr double kLargestP = 0.001;     // of a cut of a long series
constexpr double kLargestShare = 0.04;  // of a short one of n values: this over n
constexpr double kClearScore = 8;       // standard errors beyond which near the smallest p will do
constexpr double kNearSmallest = 3;     // times that

std::vector<double> Clip(std::span<const double> values, double bound) {
  std::vector<double> clipped(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const size_t from = i - std::min(i, kClipReach);
    const size_t to = std::min(values.size(), i + kClipReach + 1);
    const double middle = *Median(values.subspan(from, to - from));
    clipped[i] = std::clamp(values[i], middle - bound, middle + bound);
  }
  return clipped;
}

}  // namespace

LevelShifts::LevelShifts(std::span<const double> values, double floor)
    : values_(values),
      shortest_(std::clamp(values.size() / kShortestPart, kShortestOfFew, kShortest)),
      sigma_(std::max({DifferenceSigma(values), Quantum(values), floor})),
      clipped_(Clip(values, kClip * sigma_)),
      sums_(clipped_) {}

double LevelShifts::Penalty(double inflation) const {
  return kPenalty * sigma_ * sigma_ * inflation * std::log(static_cast<double>(values_.size()));
}

// In blocks that overlap by half, since the time for a block grows with the square of its length.
std::vector<size_t> LevelShifts::Candidates() const {
  constexpr size_t kBlock = 4096;
  // Levels that shift more often than every 25 values rather wander.
  constexpr size_t kValuesPerCut = 25;
  const size_t n = clipped_.size();
  std::vector<size_t> all;
  for (const double inflation : {1.0, MeasureWander(sums_, {}, sigma_).inflation}) {
    all.clear();
    for (size_t begin = 0;; begin += kBlock / 2) {
      const size_t length = std::min(kBlock, n - begin);
      for (const size_t cut :
           CutByMean(std::span(clipped_).subspan(begin, length), Penalty(inflation), shortest_)) {
        all.push_back(begin + cut);
      }
      if (begin + length == n) break;
    }
    if (all.size() * kValuesPerCut <= n) break;
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// What the means and lines beside the cut say: cheap.
Evidence LevelShifts::Weigh(size_t begin, size_t cut, size_t end) const {
  if (cut - begin < shortest_ || end - cut < shortest_) return {};
  const size_t before = std::min(cut - begin, kScoreReach);
  const size_t after = std::min(end - cut, kScoreReach);
  const double moved = sums_.Mean(cut, cut + after) - sums_.Mean(cut - before, cut);
  const double drifted = wander_.drift * static_cast<double>(before + after) / 2;
  const double error = sigma_ * std::sqrt(wander_.inflation * (1.0 / static_cast<double>(before) +
                                                               1.0 / static_cast<double>(after)));
  Evidence evidence{.score = std::abs(moved - drifted) / error};
  if (moved == 0) return evidence;
  const double edge = static_cast<double>(cut) - 0.5;
  const double jump = sums_.LineAt(cut, std::min(end, cut + kJumpReach), edge) -
                      sums_.LineAt(cut - std::min(cut - begin, kJumpReach), cut, edge);
  evidence.jump = jump / moved;
  return evidence;
}

// What the values of the segments as a whole say: dear.
void LevelShifts::Compare(size_t begin, size_t cut, size_t end, Evidence& evidence) const {
  const auto before = values_.subspan(begin, cut - begin);
  const auto after = values_.subspan(cut, end - cut);
  const Summary first = *Summarize(before);
  const Summary second = *Summarize(after);
  evidence.cohens_d =
      std::abs(second.median - first.median) / std::max({sigma_, first.mad, second.mad});
  evidence.p = MannWhitney(before, after, 1 / wander_.inflation).p;
}

// How far all that is asked of a cut is there: 1 and more where it may stay.
double LevelShifts::Support(std::span<const size_t> cuts, size_t which) const {
  const size_t begin = which == 0 ? 0 : cuts[which - 1];
  const size_t end = which + 1 < cuts.size() ? cuts[which + 1] : values_.size();
  Evidence evidence = Weigh(begin, cuts[which], end);
  const double near = std::min(evidence.score / kLeastScore, evidence.jump / kLeastJump);
  if (near < 1) return near;
  Compare(begin, cuts[which], end, evidence);
  double largest_p = std::max(kLargestP, kLargestShare / static_cast<double>(values_.size()));
  // Few values that depend on each other cannot reach it, however far apart they are.
  if (evidence.score >= kClearScore) {
    const double smallest =
        SmallestP(cuts[which] - begin, end - cuts[which], 1 / wander_.inflation);
    largest_p = std::max(largest_p, std::min(kLargestShare, kNearSmallest * smallest));
  }
  return std::min(evidence.cohens_d / kLeastCohen, evidence.p <= largest_p ? 1 : 0.5);
}

// Takes the weakest cut out until every one that is left may stay: its neighbours are weighed anew,
// over the longer segments, and what the series does between the cuts is measured anew.
void LevelShifts::Eliminate(std::vector<size_t>& cuts) {
  while (true) {
    wander_ = MeasureWander(sums_, cuts, sigma_);
    double least = 1;
    size_t weakest = cuts.size();
    for (size_t i = 0; i < cuts.size(); ++i) {
      const double support = Support(cuts, i);
      if (support >= least) continue;
      least = support;
      weakest = i;
    }
    if (weakest == cuts.size()) return;
    cuts.erase(cuts.begin() + static_cast<std::ptrdiff_t>(weakest));
  }
}

// The likelihood of each place near the cut, the levels beside it free, is its probability before
// anything is known of it. The interval grows from the best place to the likelier side.
Place LevelShifts::Locate(size_t begin, size_t cut, size_t end) const {
  const size_t from = std::max(begin + shortest_, cut - std::min(cut, kScoreReach));
  const size_t to = std::min(end - shortest_, cut + kScoreReach);
  std::vector<double> scatter;
  for (size_t at = from; at <= to; ++at) {
    scatter.push_back(sums_.Scatter(begin, at) + sums_.Scatter(at, end));
  }
  const auto best = std::min_element(scatter.begin(), scatter.end());
  const double variance = sigma_ * sigma_ * wander_.inflation;
  const double least = *best;
  double all = 0;
  std::vector<double> weights;
  for (const double each : scatter) {
    weights.push_back(std::exp((least - each) / (2 * variance)));
    all += weights.back();
  }
  size_t low = best - scatter.begin();
  size_t high = low;
  const size_t at = from + low;
  constexpr double kShare = 0.9;
  for (double held = weights[low]; held < kShare * all;) {
    const double left = low > 0 ? weights[low - 1] : -1;
    const double right = high + 1 < weights.size() ? weights[high + 1] : -1;
    if (left < 0 && right < 0) break;
    held += std::max(left, right);
    left >= right ? --low : ++high;
  }
  return {from + low, at, from + high};
}

std::vector<LevelShifts::Shift> LevelShifts::Find() {
  if (values_.size() < kFewest) return {};
  std::vector<size_t> cuts = Candidates();
  Eliminate(cuts);
  std::vector<Shift> shifts;
  size_t begin = 0;
  for (size_t i = 0; i < cuts.size(); ++i) {
    const size_t end = i + 1 < cuts.size() ? cuts[i + 1] : values_.size();
    const Place place = Locate(begin, cuts[i], end);
    Evidence evidence = Weigh(begin, place.at, end);
    Compare(begin, place.at, end, evidence);
    shifts.push_back({place, evidence});
    begin = place.at;
  }
  return shifts;
}

}  // namespace hypergauge::analysis
