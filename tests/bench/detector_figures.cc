#include "tests/bench/detector_figures.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <random>
#include <span>

#include "aggregator/analysis/change_points.h"
#include "aggregator/analysis/noise.h"
#include "aggregator/analysis/online_detector.h"
#include "base/statistics.h"

namespace hypergauge::bench {
namespace {

constexpr size_t kMargin = 5;
constexpr size_t kOnset = 150;   // where a level is shifted
constexpr size_t kLongest = 60;  // points that are waited for

bool IsNear(size_t a, size_t b) {
  return std::max(a, b) - std::min(a, b) <= kMargin;
}

bool IsConfirmed(std::span<const double> values) {
  const auto points = analysis::FindChangePoints(values);
  return std::any_of(points.begin(), points.end(), [](const auto& point) {
    return point.certainty == analysis::Certainty::kConfirmed && IsNear(point.index, kOnset);
  });
}

// `noise`: what a standard deviation is measured on.
std::vector<double> WithShift(std::span<const double> values, std::span<const double> noise,
                              size_t onset, double sigmas) {
  std::vector<double> logs;
  for (const double value : noise) logs.push_back(std::log(value));
  const double factor = std::exp(sigmas * analysis::DifferenceSigma(logs));
  std::vector<double> shifted(values.begin(), values.end());
  for (size_t i = onset; i < shifted.size(); ++i) shifted[i] *= factor;
  return shifted;
}

bool IsPositive(const LabelledSeries& series) {
  return !series.values.empty() &&
         *std::min_element(series.values.begin(), series.values.end()) > 0;
}

struct Waits {
  double suspected = std::numeric_limits<double>::infinity();
  double confirmed = std::numeric_limits<double>::infinity();
};

Waits WaitFor(const std::vector<double>& values) {
  Waits waits;
  analysis::OnlineDetector online;
  for (size_t i = 0; i < kOnset + kLongest; ++i) {
    const auto suspicion = online.Add(values[i]);
    if (!suspicion || !IsNear(static_cast<size_t>(suspicion->onset), kOnset)) continue;
    const auto wait = static_cast<double>(i + 1 - kOnset);
    waits.suspected = std::min(waits.suspected, wait);
    if (!IsConfirmed(std::span(values).first(i + 1))) continue;
    waits.confirmed = wait;
    break;
  }
  return waits;
}

std::optional<double> FiniteMedian(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  if (values.empty() || std::isinf(values[values.size() / 2])) return std::nullopt;
  return values[values.size() / 2];
}

double ProcessorSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

Hits CountHits(const std::vector<LabelledSeries>& series) {
  Hits hits;
  for (const auto& [name, values, change] : series) {
    const auto points = analysis::FindChangePoints(values);
    if (!change) {
      hits.quiet_points += values.size();
      hits.false_ones += static_cast<int>(points.size());
      continue;
    }
    ++hits.regressions;
    hits.found += std::any_of(points.begin(), points.end(), [at = *change](const auto& point) {
      return IsNear(point.index, at);
    });
  }
  return hits;
}

std::vector<LabelledSeries> Shuffled(const std::vector<LabelledSeries>& series) {
  constexpr uint32_t kSeed = 2022;
  std::mt19937 random(kSeed);
  std::vector<LabelledSeries> shuffled = series;
  for (auto& [name, values, change] : shuffled) {
    change.reset();
    // std::shuffle differs between standard libraries.
    for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random() % i]);
  }
  return shuffled;
}

Delay MeasureDelay(const std::vector<LabelledSeries>& quiet, double sigmas) {
  Delay delay;
  std::vector<double> suspected;
  std::vector<double> confirmed;
  for (const auto& one : quiet) {
    const auto& values = one.values;
    if (values.size() < kOnset + kLongest || !IsPositive(one)) continue;
    const double signed_sigmas = delay.trials++ % 2 == 0 ? sigmas : -sigmas;
    const Waits waits = WaitFor(WithShift(values, values, kOnset, signed_sigmas));
    suspected.push_back(waits.suspected);
    confirmed.push_back(waits.confirmed);
  }
  delay.suspected = FiniteMedian(suspected);
  delay.confirmed = FiniteMedian(confirmed);
  return delay;
}

ShortPieces CountShortPieces(const std::vector<LabelledSeries>& quiet, size_t length,
                             double sigmas) {
  constexpr size_t kMargins = 5;  // parts of a piece, of which the first and the last keep theirs
  std::vector<LabelledSeries> pieces;
  std::vector<LabelledSeries> shifted;
  for (const auto& series : quiet) {
    if (!IsPositive(series)) continue;
    const std::span<const double> values = series.values;
    for (size_t begin = 0; begin + length <= values.size(); begin += length) {
      const auto piece = values.subspan(begin, length);
      const size_t first = length / kMargins;
      const size_t onset = first + pieces.size() % (length - 2 * first + 1);
      pieces.push_back({series.name, {piece.begin(), piece.end()}, std::nullopt});
      shifted.push_back({series.name, WithShift(piece, values, onset, sigmas), onset});
    }
  }
  return {CountHits(pieces), CountHits(shifted)};
}

double OnlineCost(const std::vector<LabelledSeries>& series) {
  size_t points = 0;
  const double begin = ProcessorSeconds();
  for (const auto& [name, values, change] : series) {
    analysis::OnlineDetector online;
    for (const double value : values) {
      (void)online.Add(value);
    }
    points += values.size();
  }
  return (ProcessorSeconds() - begin) / static_cast<double>(points);
}

double OfflineCost(const std::vector<LabelledSeries>& series) {
  constexpr size_t kMost = 1000;
  size_t points = 0;
  const double begin = ProcessorSeconds();
  for (const auto& [name, values, change] : series) {
    const auto some = std::span(values).first(std::min(values.size(), kMost));
    points += some.size();
    (void)analysis::FindChangePoints(some);
  }
  return (ProcessorSeconds() - begin) / static_cast<double>(points);
}

}  // namespace hypergauge::bench
