#include "aggregator/analysis/online_detector.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr int kLeastAfter = 6;
constexpr uint32_t kLeastBefore = 20;
constexpr uint32_t kMemory = 500;      // older points count less and less
constexpr uint32_t kPriorWeight = 10;  // of the first estimate of the noise, in points
constexpr double kClip = 3.5;          // standard deviations
constexpr double kThreshold = 5.0;     // of the likelihood ratio's root, in standard deviations
constexpr double kFloor = 0.002;       // the least noise that is believed, of the level
constexpr double kMostDependence = 0.9;
constexpr double kPower80 = 0.84;  // standard deviations below which one in five of normal noise is

}  // namespace

void OnlineDetector::Restart() {
  held_ = 0;
  oldest_ = 0;
  baseline_ = 0;
}

float OnlineDetector::Scaled(double value) {
  if (!linear_ && value <= 0) {
    linear_ = true;  // from here on; what is in the window has another scale
    Restart();
  }
  const double scaled = linear_ ? value : std::log(value);
  if (held_ == 0) reference_ = scaled;
  constexpr double kMost = 1e30;  // its square and sums of it stay finite
  return static_cast<float>(std::clamp(scaled - reference_, -kMost, kMost));
}

double OnlineDetector::Unscaled(double value) const {
  return linear_ ? reference_ + value : std::exp(reference_ + value);
}

std::optional<OnlineDetector::Suspicion> OnlineDetector::Add(double value) {
  const int64_t at = count_++;
  if (!std::isfinite(value)) return std::nullopt;
  const float scaled = Scaled(value);
  if (held_ == kWindow) {
    Absorb(window_[oldest_]);
    window_[oldest_] = scaled;
    at_[oldest_] = static_cast<uint16_t>(at);
    oldest_ = static_cast<uint8_t>((oldest_ + 1) % kWindow);
    return Test();
  }
  at_[held_] = static_cast<uint16_t>(at);
  window_[held_++] = scaled;
  if (held_ == kWindow) EstimateNoise();
  return std::nullopt;
}

// From the first points of a segment, so that the very first ones are clipped already.
void OnlineDetector::EstimateNoise() {
  std::array<double, kWindow> values{};
  std::array<double, kWindow - 1> steps{};
  for (int i = 0; i < kWindow; ++i) values[i] = window_[i];
  for (int i = 0; i + 1 < kWindow; ++i) steps[i] = values[i + 1] - values[i];
  const Summary summary = Summarize(values).value_or(Summary{});
  const Summary step = Summarize(steps).value_or(Summary{});
  level_ = summary.median;
  variance_ = std::max(summary.mad * summary.mad, step.mad * step.mad / 2);
  step_ = step.mad * step.mad;
  last_ = level_;
}

double OnlineDetector::Sigma() const {
  const double floor = linear_ ? kFloor * std::abs(reference_ + level_) : kFloor;
  constexpr double kTiny = 1e-100;  // its square is above 0: a level of 0 may have no noise at all
  return std::max({std::sqrt(variance_), floor, kTiny});
}

// Neighbours that correlate by r are worth (1 - r) / (1 + r) as many independent ones. Noise below
// the floor says nothing of r.
double OnlineDetector::Worth() const {
  const bool believed = std::sqrt(variance_) >= Sigma();
  const double r = believed ? std::clamp(1 - step_ / (2 * variance_), 0.0, kMostDependence) : 0;
  return (1 - r) / (1 + r);
}

std::optional<OnlineDetector::Noise> OnlineDetector::noise() const {
  if (linear_ || baseline_ < kLeastBefore) return std::nullopt;
  const double sigma = Sigma();
  const double points = Worth() * kWindow * baseline_ / (kWindow + static_cast<double>(baseline_));
  return Noise{sigma, std::expm1((kThreshold + kPower80) * sigma / std::sqrt(points))};
}

void OnlineDetector::Absorb(double value) {
  const double bound = kClip * Sigma();
  const double clipped = std::clamp(value, level_ - bound, level_ + bound);
  if (baseline_ < kMemory) ++baseline_;
  const double gain = 1.0 / baseline_;
  const double spread_gain = 1.0 / (baseline_ + kPriorWeight);
  const double off = clipped - level_;
  level_ += gain * off;
  variance_ += spread_gain * (off * (clipped - level_) - variance_);
  step_ += spread_gain * ((clipped - last_) * (clipped - last_) - step_);
  last_ = clipped;
}

std::optional<OnlineDetector::Suspicion> OnlineDetector::Test() const {
  const double sigma = Sigma();
  const double bound = kClip * sigma;
  std::array<double, kWindow> clipped{};
  double sum_before = baseline_ * level_;
  for (int i = 0; i < kWindow; ++i) {
    const double value = window_[(oldest_ + i) % kWindow];
    clipped[i] = std::clamp(value, level_ - bound, level_ + bound);
    sum_before += clipped[i];
  }
  const double worth = Worth();

  double best = kThreshold * kThreshold;
  double shift = 0;
  int begin = -1;
  double sum_after = 0;
  for (int after = 1; after <= kWindow; ++after) {
    sum_after += clipped[kWindow - after];
    sum_before -= clipped[kWindow - after];
    const double before = baseline_ + kWindow - after;
    if (after < kLeastAfter || before < kLeastBefore) continue;
    const double moved = sum_after / after - sum_before / before;
    const double ratio =
        moved * moved / (sigma * sigma) * worth * after * before / (after + before);
    if (ratio <= best) continue;
    best = ratio;
    shift = moved;
    begin = kWindow - after;
  }
  if (begin < 0) return std::nullopt;
  if (direction_ == Direction::kUp && shift < 0) return std::nullopt;
  if (direction_ == Direction::kDown && shift > 0) return std::nullopt;

  std::array<double, kWindow> after{};
  for (int i = begin; i < kWindow; ++i) after[i - begin] = window_[(oldest_ + i) % kWindow];
  const double level = *Median(std::span(after).first(kWindow - begin));
  const auto age =
      static_cast<uint16_t>(static_cast<uint16_t>(count_ - 1) - at_[(oldest_ + begin) % kWindow]);
  return Suspicion{.onset = count_ - 1 - age,
                   .before = Unscaled(level_),
                   .after = Unscaled(level),
                   .sigmas = (level - level_) / sigma};
}

}  // namespace hypergauge::analysis
