#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "aggregator/analysis/regression_engine.h"
#include "tests/bench/replay/fleet.h"
#include "tests/bench/replay/options.h"

namespace hypergauge::replay {

/// Somebody was told.
struct Notification {
  analysis::Regression regression;  ///< as it was then
  int step = 0;
  int resolved = -1;  ///< in which step it was over by itself; -1: it was not
};

/// What a replay came to, before it is judged.
struct Replayed {
  std::vector<Node> nodes;
  std::vector<Cause> causes;
  std::vector<Notification> notifications;
  int64_t points = 0;
  int64_t re_runs = 0;
  int64_t suspects = 0;
  int64_t resolved = 0;
  int64_t retracted = 0;
  size_t series = 0;
};

/// A fleet that measures every half an hour, its noise, drift, reboots, upgrades, probe updates and
/// regressions, with the real engine behind it. The same options give the same replay.
class Replay : public analysis::WindowSource {
 public:
  explicit Replay(const ReplayOptions& options);
  [[nodiscard]] Replayed Run();
  [[nodiscard]] std::vector<analysis::TimedValue> Window(int64_t series, size_t most) override;

 private:
  struct Track {  // one node's benchmark
    int64_t series = 0;
    double base = 0;       // logarithm
    double dependent = 0;  // the AR(1) part
    double creep = 0;      // a step
    int missing = 0;       // points yet to be missed
  };

  void Step(int step);
  void StartSeries(int node, int benchmark);
  void Measure(int node, int benchmark, int step, int64_t at);
  [[nodiscard]] double Effect(int node, int benchmark, int step) const;
  void Events(int step);
  void Tell(int node, int64_t at, const char* subject, std::string before, std::string after);
  void Round(int step, int64_t at);
  void Obey(int step, int64_t at);
  void Operate(int step, int64_t at);

  ReplayOptions options_;
  std::mt19937_64 random_;
  analysis::RegressionEngine engine_;
  Replayed replayed_;
  std::vector<std::vector<Track>> tracks_;  // by node, benchmark
  std::unordered_map<int64_t, std::vector<analysis::TimedValue>> points_;
  std::vector<std::vector<int>> causes_of_;  // by node
  std::vector<analysis::ReRun> asked_;
  std::unordered_map<std::string, int> node_of_;
  std::map<int64_t, int> accept_at_;  // a regression's id, the step in which its operator accepts
  int64_t next_series_ = 1;
  int version_ = 1;
};

}  // namespace hypergauge::replay
