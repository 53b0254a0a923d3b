#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hypergauge/v1/run.pb.h"
#include "probes/run_output.h"

/// A/A runs: the same cycle again and again on an unchanged machine. What differs then is noise.
namespace hypergauge::probes {

/// Of one quantity, over the rounds whose run was clean.
struct NoiseFigures {
  int rounds = 0;                          ///< that were clean
  std::optional<double> median;            ///< of the rounds' medians
  std::optional<double> floor_ratio;       ///< 1.4826 x MAD of the rounds' medians / median
  std::optional<double> variation_ratio;   ///< coefficient of variation: standard deviation / mean
  std::optional<double> detectable_ratio;  ///< change found with 80 % power in `blocks` blocks
};

/// `medians` has one entry a round, empty where the run was not clean. The floor needs 3 rounds.
/// The smallest detectable change is 3.5 s / sqrt(blocks), where s is the root mean square of the
/// ln-ratios between each round and the next (their true mean is 0 in an A/A), of which it needs 3.
/// Source: (1.96 + 0.84 + slack)^2 ~ 3.5^2 in the usual formula of paired samples.
[[nodiscard]] NoiseFigures NoiseOf(std::span<const std::optional<double>> medians, int blocks);

/// The noise of a benchmark's primary quantity.
struct BenchmarkNoise {
  std::string benchmark;
  std::string family;  ///< empty where no round gave a figure
  std::map<std::string, std::string> labels;
  std::string unit;
  NoiseFigures figures;
  std::string reason;        ///< why there is no figure; empty where there is
  bool unsupported = false;  ///< this machine cannot run it
};

struct NoiseReport {
  std::string suite;
  int rounds = 0;  ///< that were begun
  int blocks = 0;
  int64_t measured_unix_nanos = 0;
  std::vector<BenchmarkNoise> benchmarks;
};

/// Collects the runs of the rounds.
class NoiseCollector {
 public:
  /// `round` counts from 0.
  void Add(int round, const v1::Run& run);

  /// A round did without the benchmark, and why.
  void LeaveOut(const std::string& benchmark, const std::string& reason);

  /// In the order in which the benchmarks first came.
  [[nodiscard]] std::vector<BenchmarkNoise> Report(const Descriptors& descriptors,
                                                   int blocks) const;

 private:
  struct Series {
    std::vector<std::optional<double>> medians;  // by round
    v1::Measure primary;                         // of a clean run, without figures
    std::string verdict;                         // of the last round that is not clean
    bool unsupported = false;
  };
  Series& SeriesOf(const std::string& benchmark);

  std::vector<std::string> order_;
  std::map<std::string, Series> series_;  // by benchmark
};

}  // namespace hypergauge::probes
