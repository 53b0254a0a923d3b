#include "aggregator/analysis/life_cycle.h"

#include <array>
#include <string>

namespace hypergauge::analysis {
namespace {

using enum RegressionState;

constexpr size_t Index(RegressionState state) {
  return static_cast<size_t>(state);
}

/// A bit for each state that may follow.
constexpr unsigned Bits(std::initializer_list<RegressionState> states) {
  unsigned bits = 0;
  for (const auto state : states) bits |= 1U << Index(state);
  return bits;
}

constexpr std::array<unsigned, kRegressionStates> kNext = {
    Bits({kFiring, kRetracted}),                                      // suspect
    Bits({kAcknowledged, kMuted, kResolved, kAccepted, kRetracted}),  // firing
    Bits({kMuted, kResolved, kAccepted, kRetracted}),                 // acknowledged
    Bits({kAcknowledged, kResolved, kAccepted, kRetracted}),          // muted
    0,                                                                // resolved
    0,                                                                // accepted
    0,                                                                // retracted
};

constexpr std::array<std::string_view, kRegressionStates> kStateNames = {
    "suspect", "firing", "acknowledged", "muted", "resolved", "accepted", "retracted"};
constexpr std::array<std::string_view, 5> kScopeNames = {"node", "host", "platform", "kernel",
                                                         "guest_image"};
constexpr std::array<std::string_view, 3> kKindNames = {"step", "drift", "modes"};

}  // namespace

std::string_view ToString(RegressionScope scope) {
  return kScopeNames[static_cast<size_t>(scope)];
}

std::string_view ToString(RegressionKind kind) {
  return kKindNames[static_cast<size_t>(kind)];
}

std::string_view ToString(RegressionState state) {
  return kStateNames[Index(state)];
}

bool IsOpen(RegressionState state) {
  return kNext[Index(state)] != 0;
}

bool MayFollow(RegressionState from, RegressionState to) {
  return (kNext[Index(from)] & (1U << Index(to))) != 0;
}

Result<void> Enter(Regression& regression, RegressionState to, int64_t now_unix_nanos) {
  if (!MayFollow(regression.state, to)) {
    return Fail(ErrorCode::kInvalidArgument, "regression " + std::to_string(regression.id) +
                                                 " is " + std::string(ToString(regression.state)) +
                                                 ", and cannot become " +
                                                 std::string(ToString(to)));
  }
  Begin(regression, to, now_unix_nanos);
  return {};
}

void Begin(Regression& regression, RegressionState state, int64_t now_unix_nanos) {
  regression.state = state;
  regression.entered[Index(state)] = now_unix_nanos;
}

}  // namespace hypergauge::analysis
