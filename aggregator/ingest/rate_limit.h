#pragma once

#include <algorithm>
#include <chrono>

namespace hypergauge::aggregator {

/// A bucket of tokens: `burst` at once, and `per_second` in the long run. Pure: time is passed in,
/// of a clock that never goes back. Not for several threads.
class RateLimit {
 public:
  RateLimit(double burst, double per_second)
      : burst_(burst), per_second_(per_second), tokens_(burst) {}

  /// Whether one more is within the limit.
  [[nodiscard]] bool Take(std::chrono::nanoseconds now) {
    if (now > last_) {
      const std::chrono::duration<double> passed = now - last_;
      tokens_ = std::min(burst_, tokens_ + passed.count() * per_second_);
      last_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  const double burst_;
  const double per_second_;
  double tokens_;
  std::chrono::nanoseconds last_{};
};

}  // namespace hypergauge::aggregator
