#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "probes/cycle_estimate.h"
#include "program/terminal.h"

namespace hypergauge::probes {

/// One line on standard error that is drawn over, each second and at each progress, while the
/// object lives; nothing where standard error is no terminal. Threads: any.
class ProgressLine {
 public:
  /// `budget` is one benchmark's.
  explicit ProgressLine(std::chrono::nanoseconds budget);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const CycleProgress& now);

  /// Prints a line of its own on standard error, terminal or not.
  void Say(const std::string& text);

 private:
  void Tick(const std::stop_token& ending);
  void Draw() const;  // mutex_ is held

  const Terminal terminal_;
  std::mutex mutex_;  // guards the estimate and the line
  std::condition_variable_any wake_;
  CycleEstimate estimate_;
  std::jthread ticker_;  // last: uses all others; none where there is no terminal
};

}  // namespace hypergauge::probes
