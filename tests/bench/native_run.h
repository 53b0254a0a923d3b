#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"

namespace hypergauge::bench {

/// One run of a benchmark of ours, in a process of its own, as the probe does it.
struct NativeRun {
  std::map<std::string, double> medians;  ///< by SeriesName
  std::map<std::string, std::string> labels;
  std::string answer;
  bool cached = false;  ///< by its own judgement
};

/// "family", or "family{name=value,...}" with the labels sorted.
[[nodiscard]] std::string SeriesName(const std::string& family, const probes::Labels& labels);

/// Reads what hypergauge-bench prints. Errors: kWrongAnswer unless the run is clean and says what
/// answer it checked.
[[nodiscard]] Result<NativeRun> ParseNativeRun(const std::string& output);

/// Runs `hypergauge-bench run BENCHMARK` beside this program, for one sample.
/// Errors: those of the process and of ParseNativeRun.
[[nodiscard]] Result<NativeRun> RunNative(const probes::Context& context,
                                          const std::string& benchmark,
                                          const std::vector<std::string>& flags);

/// The figure of one series. Errors: kNotFound where the run has no such.
[[nodiscard]] Result<double> FigureOf(const NativeRun& run, const std::string& series);

}  // namespace hypergauge::bench
