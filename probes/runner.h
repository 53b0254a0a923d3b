#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/statistics.h"
#include "probes/benchmark.h"

namespace hypergauge::probes {

/// When to stop repeating.
struct Plan {
  int warmups = 1;      ///< repetitions dropped by declaration
  int min_samples = 3;  ///< even when the budget has ended
  int max_samples = 60;
  double target_half_width = 0.025;   ///< of the primary median's 95 % interval, relative
  std::chrono::nanoseconds budget{};  ///< wall time after which no further sample is begun
};

/// The samples of one quantity, in the order of the descriptor's quantities.
struct Figures {
  std::vector<double> samples;
  Summary summary;
};

/// What came of a run. A failed benchmark is an outcome, not an error of the runner.
struct Outcome {
  std::vector<Figures> figures;  ///< empty unless `status` holds a value
  Result<void> status;           ///< kUnsupported, kWrongAnswer, kCancelled ... with its reason
  int warmups = 0;
  bool preliminary = false;  ///< fewer samples than the plan's least, because of a ceiling
  std::chrono::nanoseconds started_realtime{};
  std::chrono::nanoseconds wall{};  ///< MonotonicRaw, from preparation to the last sample
};

/// Called after each sample with the number of samples so far and the share of the budget used.
using SampleObserver = std::function<void(int samples, double budget_used)>;

/// Runs one benchmark in this process: prepare, warm up, sample until the plan is met.
/// A figure that is not finite or is negative fails the run with kWrongAnswer. A benchmark that
/// comes to its ceiling of bytes keeps the samples it has; without any the run is kUnsupported.
[[nodiscard]] Outcome RunBenchmark(const Entry& entry, Context& context, const Plan& plan,
                                   const SampleObserver& observe = {});

}  // namespace hypergauge::probes
