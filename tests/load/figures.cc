#include "tests/load/figures.h"

#include <cmath>
#include <numbers>

namespace hypergauge::load {
namespace {

constexpr uint64_t kSpeedDraw = 301;
constexpr uint64_t kCostDraw = 302;
constexpr uint64_t kRoundDraw = 303;
constexpr uint64_t kNoiseDraw = 304;
constexpr double kSpeedSpread = 0.03;  // between hosts of a fleet
constexpr double kOwnCost = 0.4;       // how far a benchmark's cost is from its category's
constexpr double kDailySwing = 0.006;  // of a machine that is warmer by day
constexpr double kHostNoise = 0.004;   // that a host and its guests share for a while
constexpr double kGuestNoise = 1.3;    // times that of a host
constexpr int64_t kWhile = 600'000'000'000;
constexpr double kDayNanos = 86'400e9;

uint64_t Number(const std::string& text) {
  return NumberOf(text.c_str());
}

}  // namespace

double FigureModel::NoiseOf(const SimNode& node, const std::string& category) const {
  double noise = 0.006;
  if (category == "memory") noise = 0.008;
  if (category == "kernel") noise = 0.012;
  if (category == "disk") noise = 0.03;
  if (category == "network") noise = 0.02;
  return node.is_guest ? noise * kGuestNoise : noise;
}

std::chrono::nanoseconds FigureModel::WallOf(const std::string& suite) {
  return suite == "light" ? std::chrono::milliseconds(900) : std::chrono::milliseconds(2200);
}

double FigureModel::Median(const SimNode& node, const v1::BenchmarkDescriptor& benchmark,
                           const v1::Quantity& quantity, const std::string& suite,
                           int64_t at_unix_nanos) const {
  const auto host = static_cast<uint64_t>(node.host);
  const auto index = static_cast<uint64_t>(node.index);
  const uint64_t work = Number(benchmark.name());
  // As times: above 1 is slower.
  double time = 1 + kSpeedSpread * dice_.Normal({kSpeedDraw, host, work});
  if (node.is_guest) {
    const double cost = CostOf(node.platform->costs, benchmark.category()) - 1;
    const double own = dice_.Between(1 - kOwnCost, 1 + kOwnCost,
                                     {kCostDraw, Number(std::string(node.platform->name)), work});
    time *= 1 + cost * own;
  }
  time *= EffectOn(slowdowns_, fleet_, node, benchmark.name(), at_unix_nanos);
  const double phase = 2 * std::numbers::pi * static_cast<double>(at_unix_nanos) / kDayNanos;
  time *= 1 + kDailySwing * std::sin(phase);
  time *= 1 + kHostNoise * dice_.Normal({kRoundDraw, host, work,
                                         static_cast<uint64_t>(at_unix_nanos / kWhile)});
  const double noise = NoiseOf(node, benchmark.category());
  time *= std::exp(noise * dice_.Normal({kNoiseDraw, index, work, Number(quantity.family()),
                                         static_cast<uint64_t>(at_unix_nanos)}));
  const double typical = TypicalFigure(benchmark, quantity, suite);
  return quantity.direction() == v1::DIRECTION_HIGHER_IS_BETTER ? typical / time : typical * time;
}

}  // namespace hypergauge::load
