#include "aggregator/analysis/pilot_scale.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hypergauge::analysis {
namespace {

constexpr double kMost = 9;

using Means = std::map<std::string, double>;  // by platform

// By test. Sorted before they are summed up, so that the order of the input plays no part.
std::map<std::string, Means> MeansOf(std::span<const PilotTime> times) {
  std::map<std::string, std::map<std::string, std::vector<double>>> collected;
  for (const auto& each : times) {
    if (std::isfinite(each.time) && each.time > 0) {
      collected[each.test][each.platform].push_back(each.time);
    }
  }
  std::map<std::string, Means> means;
  for (auto& [test, platforms] : collected) {
    for (auto& [platform, values] : platforms) {
      std::sort(values.begin(), values.end());
      means[test][platform] =
          std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    }
  }
  return means;
}

double Points(double time, double least, double most) {
  return most > least ? kMost * (most - time) / (most - least) : kMost;
}

}  // namespace

std::vector<PilotScore> PilotScale(std::span<const PilotTime> times) {
  const auto means = MeansOf(times);
  std::map<std::string, PilotScore> scores;
  for (const auto& [test, platforms] : means) {
    const auto by_time = [](const auto& a, const auto& b) { return a.second < b.second; };
    const auto [least, most] = std::minmax_element(platforms.begin(), platforms.end(), by_time);
    for (const auto& [platform, time] : platforms) {
      scores[platform].platform = platform;
      scores[platform].tests[test] = Points(time, least->second, most->second);
    }
  }
  std::vector<PilotScore> ranked;
  for (auto& [platform, score] : scores) {
    double sum = 0;
    for (const auto& [test, points] : score.tests) sum += points;
    if (score.tests.size() == means.size()) {
      score.points = sum / static_cast<double>(score.tests.size());
    }
    ranked.push_back(std::move(score));
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return a.points.value_or(-1) > b.points.value_or(-1);
  });
  return ranked;
}

}  // namespace hypergauge::analysis
