#include "aggregator/analysis/engine_state.h"

#include <algorithm>
#include <cmath>

namespace hypergauge::analysis {
namespace {

constexpr float kSlowestLevel = 1.0F / 200;  // a level forgets over four days of half-hours
constexpr float kSlowestSigma = 0.02F;
constexpr float kLevelClip = 1.5F;
constexpr float kQuartile = 0.6745F;  // of normal noise, half lies within so many sigma
constexpr uint16_t kMostPoints = 60'000;
constexpr uint16_t kFirstRefusal = 2;
constexpr uint8_t kMostRefusals = 5;
constexpr double kMostEffect = 1000;

}  // namespace

float RunningLevel::Take(float log_value) {
  if (count < kMostPoints) ++count;
  if (count == 1) {
    level = log_value;
    return 0;
  }
  const float rest = log_value - level;
  if (sigma <= 0) sigma = std::abs(rest);
  const float gain = 1.0F / static_cast<float>(count);
  // While there are few points the level is their mean, clipped once the noise is known.
  const float clip = is_ready() ? kLevelClip * sigma : 4 * sigma;
  level += std::max(gain, kSlowestLevel) * std::clamp(rest, -clip, clip);
  // The noise's median is where as many points lie beyond as within.
  const float step = std::max(2 * gain, kSlowestSigma);
  sigma *= std::abs(rest) > kQuartile * sigma ? 1 + step : 1 / (1 + step);
  return rest;
}

bool Patience::Listen(bool is_suspicious) {
  if (!is_suspicious) points = 0;  // what comes later is something else
  if (points == 0) return is_suspicious;
  --points;
  return false;
}

void Patience::Refuse() {
  points = static_cast<uint16_t>(kFirstRefusal << refusals);
  refusals = std::min<uint8_t>(refusals + 1, kMostRefusals);
}

double OrientedEffect(double before, double after, bool higher_is_better) {
  const double from = higher_is_better ? after : before;
  const double rise = higher_is_better ? before - after : after - before;
  if (rise == 0) return 0;
  if (from == 0) return std::copysign(kMostEffect, rise);
  return std::clamp(rise / std::abs(from), -kMostEffect, kMostEffect);
}

}  // namespace hypergauge::analysis
