#include "probes/cycle_estimate.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

std::string Rounded(nanoseconds time) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
  std::array<char, 64> text{};
  if (seconds < 60) {
    std::snprintf(text.data(), text.size(), "%d s", static_cast<int>(seconds));
  } else if (seconds < 3600) {
    std::snprintf(text.data(), text.size(), "%d min %02d s", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%lld h %02d min",
                  static_cast<long long>(seconds / 3600), static_cast<int>(seconds / 60 % 60));
  }
  return text.data();
}

}  // namespace

void CycleEstimate::Note(const CycleProgress& now, nanoseconds at) {
  if (now.benchmark != progress_.benchmark || now.finished != progress_.finished) {
    if (now.finished > progress_.finished) finished_ += at - begun_;
    begun_ = at;
  }
  noted_ = at;
  progress_ = now;
}

std::optional<TimeLeft> CycleEstimate::Left(nanoseconds at) const {
  if (progress_.benchmark.empty()) return std::nullopt;
  const auto expected = progress_.finished > 0 ? finished_ / progress_.finished : budget_;
  nanoseconds left = expected - (at - begun_);
  if (progress_.samples > 0) {
    const auto unused = std::chrono::duration_cast<nanoseconds>(
        budget_ * std::clamp(1 - progress_.budget_used, 0.0, 1.0));
    const auto most = unused - (at - noted_);
    // One that outlasts the others still has what its budget leaves.
    left = left > nanoseconds(0) ? std::min(left, most) : most;
  }
  left = std::max(left, nanoseconds(0));
  const int after = std::max(0, progress_.total - progress_.finished - 1);
  return TimeLeft{left, left + expected * after};
}

std::string ProgressText(const CycleProgress& progress, const TimeLeft& left, int width) {
  std::string text = "[" + std::to_string(progress.finished + 1) + "/" +
                     std::to_string(progress.total) + "] " + progress.benchmark + ": " +
                     std::to_string(progress.samples) + " samples, " + Rounded(left.benchmark) +
                     " left; all: " + Rounded(left.cycle) + " left";
  // A line that wraps cannot be drawn over.
  if (width > 1 && text.size() >= static_cast<size_t>(width)) {
    text.resize(static_cast<size_t>(width) - 1);
  }
  return text;
}

}  // namespace hypergauge::probes
