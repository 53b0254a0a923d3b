#include "tests/bench/replay/cost.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "aggregator/analysis/engine_state.h"
#include "aggregator/analysis/regression_engine.h"
#include "tests/bench/replay/options.h"

namespace hypergauge::replay {
namespace {

using analysis::TimedValue;

constexpr int kBenchmarksANode = 100;
constexpr int kGuestsAHost = 10;
constexpr int kWarmPoints = 40;
constexpr size_t kWindow = 500;
constexpr int kAfter = 10;       // points since the change
constexpr int64_t kOneIn = 200;  // series change: 0.5 %
constexpr double kNoise = 0.02;
constexpr int64_t kStart = 1'700'000'000 * kSecond;

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

/// Noise that costs nothing to draw, the same for the window and the engine.
class Noise {
 public:
  Noise() {
    std::mt19937_64 random(1);
    std::normal_distribution<double> normal(0, kNoise);
    for (auto& value : table_) value = normal(random);
  }
  [[nodiscard]] double At(int64_t series, int64_t step) const {
    return table_[static_cast<size_t>(series * 7919 + step * 104'729) % table_.size()];
  }

 private:
  std::vector<double> table_ = std::vector<double>(65'537);
};

/// A store of windows that are made up when they are asked for.
class MadeUpWindows : public analysis::WindowSource {
 public:
  explicit MadeUpWindows(const Noise& noise) : noise_(noise) {}

  [[nodiscard]] TimedValue Point(int64_t series, int64_t step) const {
    const bool is_worse = series % kOneIn == 0 && step >= change_;
    const double level = is_worse ? 0.3 : 0.0;
    return {kStart + step * kInterval + series % 600 * kSecond,
            100 * std::exp(level + noise_.At(series, step))};
  }

  std::vector<TimedValue> Window(int64_t series, size_t most) override {
    ++windows_;
    std::vector<TimedValue> points;
    for (int64_t step = now_ - static_cast<int64_t>(most) + 1; step <= now_; ++step) {
      points.push_back(Point(series, step));
    }
    return points;
  }

  int64_t now_ = 0;
  int64_t change_ = INT64_MAX;
  int64_t windows_ = 0;

 private:
  const Noise& noise_;
};

void Put(analysis::RegressionEngine& engine, int64_t series) {
  for (int64_t i = 0; i < series; ++i) {
    const int64_t node = i / kBenchmarksANode;
    const auto name = "node" + std::to_string(node);
    if (i % kBenchmarksANode == 0) {
      const auto host = "node" + std::to_string(node / kGuestsAHost * kGuestsAHost);
      engine.PutNode({.node = name,
                      .host = host,
                      .role = name == host ? "host" : "guest",
                      .platform = "proxmox-ve",
                      .platform_version = std::to_string(node % 4),
                      .kernel = std::to_string(node % 7),
                      .guest_image = std::to_string(node % 5)});
    }
    const auto benchmark = "benchmark" + std::to_string(i % kBenchmarksANode);
    engine.PutSeries({.series = i,
                      .node = name,
                      .benchmark = benchmark,
                      .suite = "light",
                      .family = benchmark + "_seconds",
                      .labels = {},
                      .segment = "1"});
  }
}

}  // namespace

bool PrintCost(int64_t series) {
  const Noise noise;
  MadeUpWindows windows(noise);
  analysis::RegressionOptions options;
  options.window = kWindow;
  analysis::RegressionEngine engine(options, windows);
  Put(engine, series);
  const auto add = [&](int64_t step) {
    windows.now_ = step;
    for (int64_t i = 0; i < series; ++i) engine.Add(i, windows.Point(i, step));
  };
  int64_t step = 1000;
  const auto warm = std::chrono::steady_clock::now();
  for (int i = 0; i < kWarmPoints; ++i) add(++step);
  const double online = Seconds(warm) / static_cast<double>(series) / kWarmPoints * 1e6;
  windows.change_ = step + 1;
  for (int i = 1; i < kAfter; ++i) add(++step);
  // The round that is measured: a point each, and all that the detectors suspect is examined.
  const int64_t windows_before = windows.windows_;
  const auto begin = std::chrono::steady_clock::now();
  add(++step);
  const double points = Seconds(begin);
  const auto outcome = engine.RunRound(kStart + (step + 1) * kInterval);
  const double round = Seconds(begin);
  const auto examined = windows.windows_ - windows_before;
  std::printf("series                       %lld\n", static_cast<long long>(series));
  std::printf("online, a point              %.2f us (goal 2)\n", online);
  std::printf("a round: a point each        %.2f s\n", points);
  std::printf("  and %lld windows examined  %.2f s (goal 60 a million)\n",
              static_cast<long long>(examined), round);
  std::printf("suspects of that round       %zu\n", outcome.changed.size());
  std::printf(
      "state of a series            %zu bytes (goal 256), of it the detector %zu; its row "
      "in the index %zu\n",
      engine.StateBytes(), sizeof(analysis::OnlineDetector), sizeof(analysis::SeriesRow));
  return online <= 2 && round <= 60 * static_cast<double>(series) / 1e6 &&
         engine.StateBytes() <= 256;
}

}  // namespace hypergauge::replay
