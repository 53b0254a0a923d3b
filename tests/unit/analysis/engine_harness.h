#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/analysis/regression_engine.h"

/// A small fleet for a RegressionEngine: a store in memory, a clock that goes by intervals, and
/// figures with a noise of 1 %.
namespace hypergauge::analysis {

inline constexpr int64_t kInterval = 1'800'000'000'000;
inline constexpr int64_t kDay = 48 * kInterval;
inline constexpr int64_t kStart = 20'000 * kDay;  // midnight

class MemorySource : public WindowSource {
 public:
  void Put(int64_t series, const TimedValue& point) {
    auto& points = points_[series];
    const auto later =
        std::upper_bound(points.begin(), points.end(), point.unix_nanos,
                         [](int64_t at, const TimedValue& other) { return at < other.unix_nanos; });
    points.insert(later, point);
  }

  [[nodiscard]] std::vector<TimedValue> Window(int64_t series, size_t most) override {
    const auto& points = points_[series];
    return {points.end() - static_cast<std::ptrdiff_t>(std::min(most, points.size())),
            points.end()};
  }

 private:
  std::map<int64_t, std::vector<TimedValue>> points_;
};

inline NodeInfo NodeOn(const std::string& name, const std::string& host = {}) {
  NodeInfo node;
  node.node = name;
  node.host = host;
  node.role = host.empty() ? "host" : "guest";
  return node;
}

inline SeriesInfo SeriesOf(int64_t number, const std::string& node,
                           const std::string& benchmark = "null") {
  SeriesInfo series;
  series.series = number;
  series.node = node;
  series.benchmark = benchmark;
  series.suite = "quick";
  series.family = benchmark + "_latency_seconds";
  series.segment = "1";
  series.interval_nanos = kInterval;
  return series;
}

class Fleet {
 public:
  explicit Fleet(RegressionOptions the_options = {}) : options(std::move(the_options)) {
    Restart();
  }

  /// Another engine, which knows nothing.
  void Restart() { engine = std::make_unique<RegressionEngine>(options, source); }

  void AddNode(const std::string& node, int64_t series, const std::string& host = {}) {
    engine->PutNode(NodeOn(node, host));
    engine->PutSeries(SeriesOf(series, node));
    levels[series] = 1;
  }

  /// One interval: every series of `levels` gives a point, and a minute later there is a round.
  RoundOutcome Step() {
    now += kInterval;
    for (const auto& [series, level] : levels)
      Give(series, now, level * (1 + 0.01 * Noise(series)));
    if (before_round) before_round(now + 60'000'000'000);
    auto outcome = engine->RunRound(now + 60'000'000'000);
    for (const auto& regression : outcome.changed) latest[regression.id] = regression;
    notified.insert(notified.end(), outcome.notify.begin(), outcome.notify.end());
    marks.insert(marks.end(), outcome.marks.begin(), outcome.marks.end());
    re_runs.insert(re_runs.end(), outcome.re_runs.begin(), outcome.re_runs.end());
    dropped.insert(dropped.end(), outcome.dropped.begin(), outcome.dropped.end());
    return outcome;
  }

  void Steps(int count) {
    for (int i = 0; i < count; ++i) static_cast<void>(Step());
  }

  /// Steps until it is so; false where it never was.
  bool StepUntil(const std::function<bool()>& is_so, int most = 60) {
    for (int i = 0; i < most && !is_so(); ++i) static_cast<void>(Step());
    return is_so();
  }

  bool UntilNotified() {
    const size_t before = notified.size();
    return StepUntil([&] { return notified.size() > before; });
  }

  void Give(int64_t series, int64_t at, double value) {
    source.Put(series, {at, value});
    engine->Add(series, {at, value});
  }

  /// About normal, and the same for a series whatever others there are.
  double Noise(int64_t series) {
    auto& random = randoms_.try_emplace(series, static_cast<uint64_t>(series)).first->second;
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() >> 11U) * 0x1p-53;
    return sum;
  }

  [[nodiscard]] size_t CountOpen(RegressionState state) const {
    const auto open = engine->Open();
    return static_cast<size_t>(std::count_if(
        open.begin(), open.end(), [&](const Regression& one) { return one.state == state; }));
  }

  RegressionOptions options;
  MemorySource source;
  std::unique_ptr<RegressionEngine> engine;
  std::function<void(int64_t now)> before_round;
  std::map<int64_t, double> levels;  // by series
  int64_t now = kStart;
  // What all rounds came to.
  std::map<int64_t, Regression> latest;
  std::vector<int64_t> notified;
  std::vector<int64_t> dropped;
  std::vector<SeriesMark> marks;
  std::vector<ReRun> re_runs;

 private:
  std::map<int64_t, std::mt19937_64> randoms_;
};

}  // namespace hypergauge::analysis
