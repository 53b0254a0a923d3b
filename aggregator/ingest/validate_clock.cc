#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "aggregator/ingest/validate.h"

namespace hypergauge::aggregator {
namespace {

using Ratios = google::protobuf::RepeatedPtrField<v1::ClockEvidence::Ratio>;

constexpr std::array<std::string_view, 3> kClocks = {"CLOCK_MONOTONIC_RAW", "CLOCK_MONOTONIC",
                                                     "CLOCK_REALTIME"};
constexpr double kLargest = 1e6;  // no clock runs a million times too fast

std::optional<FieldError> CheckRatios(const Ratios& ratios, const std::string& path) {
  std::set<std::string> names;
  for (int i = 0; i < ratios.size(); ++i) {
    const auto& ratio = ratios[i];
    const std::string here = path + "[" + std::to_string(i) + "]";
    if (std::find(kClocks.begin(), kClocks.end(), ratio.clock()) == kClocks.end()) {
      return FieldError{here + ".clock",
                        "is none of CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC and CLOCK_REALTIME"};
    }
    if (!names.insert(ratio.clock()).second) {
      return FieldError{here + ".clock", "is given twice: " + ratio.clock()};
    }
    if (ratio.ratio() > kLargest) return FieldError{here + ".ratio", "is above a million"};
    if (ratio.error() > kLargest) return FieldError{here + ".error", "is above a million"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<FieldError> CheckClock(const v1::ClockEvidence& clock, const std::string& name,
                                     const Limits& limits) {
  if (auto error = CheckRatios(clock.ratios(), name + ".ratios")) return error;
  if (auto error = CheckRatios(clock.window_ratios(), name + ".window_ratios")) return error;
  if (clock.window_nanos() < 0 || clock.window_nanos() > limits.duration_nanos) {
    return FieldError{name + ".window_nanos", "is " + std::to_string(clock.window_nanos()) +
                                                  "; a duration is from 0 to a year"};
  }
  if (clock.offset_nanos() < -limits.unix_nanos || clock.offset_nanos() > limits.unix_nanos) {
    return FieldError{name + ".offset_nanos",
                      "is " + std::to_string(clock.offset_nanos()) + "; that is beyond a century"};
  }
  if (clock.clocksource().size() > limits.name_bytes) {
    return FieldError{name + ".clocksource", "has " + std::to_string(clock.clocksource().size()) +
                                                 " bytes; at most " +
                                                 std::to_string(limits.name_bytes) + " are taken"};
  }
  return std::nullopt;
}

}  // namespace hypergauge::aggregator
