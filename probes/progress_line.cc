#include "probes/progress_line.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

namespace hypergauge::probes {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";

const char* Variable(const char* name) {
  return std::getenv(name);
}

}  // namespace

ProgressLine::ProgressLine(std::chrono::nanoseconds budget)
    : terminal_(DescribeTerminal(STDERR_FILENO, Variable)), estimate_(budget) {
  if (!terminal_.is_terminal) return;
  ticker_ = std::jthread([this](const std::stop_token& ending) { Tick(ending); });
}

ProgressLine::~ProgressLine() {
  if (!terminal_.is_terminal) return;
  ticker_.request_stop();
  ticker_.join();
  std::cerr << kClearLine << std::flush;
}

void ProgressLine::Show(const CycleProgress& now) {
  if (!terminal_.is_terminal) return;
  const std::lock_guard lock(mutex_);
  estimate_.Note(now, Clock::System().MonotonicRaw());
  Draw();
}

void ProgressLine::Say(const std::string& text) {
  const std::lock_guard lock(mutex_);
  std::cerr << (terminal_.is_terminal ? kClearLine : "") << text << "\n";
  Draw();
}

// A second is rare enough to disturb no benchmark.
void ProgressLine::Tick(const std::stop_token& ending) {
  std::unique_lock lock(mutex_);
  while (!ending.stop_requested()) {
    wake_.wait_for(lock, ending, std::chrono::seconds(1), [] { return false; });
    Draw();
  }
}

void ProgressLine::Draw() const {
  if (!terminal_.is_terminal) return;
  const auto left = estimate_.Left(Clock::System().MonotonicRaw());
  if (!left) return;
  std::cerr << kClearLine << ProgressText(estimate_.progress(), *left, terminal_.width)
            << std::flush;
}

}  // namespace hypergauge::probes
