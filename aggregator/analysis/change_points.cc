#include "aggregator/analysis/change_points.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "aggregator/analysis/level_shifts.h"
#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kLongBaseline = 100;  // values that a confirmed change has before it
constexpr double kFloor = 0.002;       // the least noise that is believed, of the level

// The values that are there.
struct Intake {
  std::vector<double> values;
  std::vector<size_t> at;  // their index in the series
  std::vector<double>
      scaled;             // logarithms, or shares of the largest value where not all are above 0
  double floor = kFloor;  // in that scale
};

Intake Take(std::span<const double> series) {
  Intake intake;
  double largest = 0;
  bool positive = true;
  for (size_t i = 0; i < series.size(); ++i) {
    if (!std::isfinite(series[i])) continue;
    intake.values.push_back(series[i]);
    intake.at.push_back(i);
    largest = std::max(largest, std::abs(series[i]));
    positive = positive && series[i] > 0;
  }
  intake.scaled.reserve(intake.values.size());
  for (const double value : intake.values) {
    // Shares, so that no sum of squares overflows.
    intake.scaled.push_back(positive ? std::log(value) : largest > 0 ? value / largest : 0);
  }
  if (positive || intake.values.empty()) return intake;
  constexpr double kNothing = 1e-9;  // of the largest value, where the level is 0
  intake.floor = std::max(kNothing, kFloor * std::abs(*Median(intake.scaled)));
  return intake;
}

double Effect(double before, double after) {
  if (after == before) return 0;
  if (before == 0) return std::copysign(std::numeric_limits<double>::infinity(), after);
  return after / std::abs(before) - std::copysign(1, before);
}

bool IsWanted(const ChangePoint& point, const DetectorOptions& options) {
  if (options.direction == Direction::kUp && point.effect < 0) return false;
  if (options.direction == Direction::kDown && point.effect > 0) return false;
  return std::abs(point.effect) >= options.min_effect;
}

}  // namespace

std::vector<ChangePoint> FindChangePoints(std::span<const double> values,
                                          const DetectorOptions& options) {
  const Intake intake = Take(values);
  const std::span<const double> present = intake.values;
  const auto shifts = LevelShifts(intake.scaled, intake.floor).Find();
  std::vector<ChangePoint> points;
  size_t begin = 0;
  for (size_t i = 0; i < shifts.size(); ++i) {
    const auto& [place, evidence] = shifts[i];
    const size_t end = i + 1 < shifts.size() ? shifts[i + 1].place.at : present.size();
    const double before = *Median(present.subspan(begin, place.at - begin));
    const double after = *Median(present.subspan(place.at, end - place.at));
    const ChangePoint point{.index = intake.at[place.at],
                            .low = intake.at[place.low],
                            .high = intake.at[place.high],
                            .certainty = place.at - begin >= kLongBaseline ? Certainty::kConfirmed
                                                                           : Certainty::kSuspect,
                            .before = before,
                            .after = after,
                            .effect = Effect(before, after),
                            .cohens_d = evidence.cohens_d,
                            .p = evidence.p};
    if (IsWanted(point, options)) points.push_back(point);
    begin = place.at;
  }
  return points;
}

}  // namespace hypergauge::analysis
