#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "probes/cycle.h"

namespace hypergauge::probes {

struct TimeLeft {
  std::chrono::nanoseconds benchmark{};
  std::chrono::nanoseconds cycle{};
};

/// Estimates how long a cycle still takes: a benchmark as long as those that have finished did in
/// the mean, the first one as long as its budget, none longer than its budget leaves once it takes
/// samples. Not for several threads.
class CycleEstimate {
 public:
  explicit CycleEstimate(std::chrono::nanoseconds budget) : budget_(budget) {}

  /// `at` is any clock that only goes forward.
  void Note(const CycleProgress& now, std::chrono::nanoseconds at);

  /// Nothing while no benchmark runs.
  [[nodiscard]] std::optional<TimeLeft> Left(std::chrono::nanoseconds at) const;

  [[nodiscard]] const CycleProgress& progress() const { return progress_; }

 private:
  const std::chrono::nanoseconds budget_;
  CycleProgress progress_;
  std::chrono::nanoseconds begun_{};     // the present benchmark
  std::chrono::nanoseconds noted_{};     // the last progress
  std::chrono::nanoseconds finished_{};  // what the finished ones took together
};

/// "[3/8] cpu_zlib: 4 samples, 1 s left; all: 14 s left", cut to the width.
[[nodiscard]] std::string ProgressText(const CycleProgress& progress, const TimeLeft& left,
                                       int width);

}  // namespace hypergauge::probes
