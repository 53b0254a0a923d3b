#pragma once

#include <cstdint>

#include "base/result.h"

namespace hypergauge::probes {

/// How often the calling thread has given its CPU to another, on its own or not.
[[nodiscard]] int64_t SwitchesOfThisThread();

/// A round trip between two processes on one CPU takes a switch away from each at least.
/// Errors: kWrongAnswer where a process had `switches` only in `round_trips`.
[[nodiscard]] Result<void> CheckSwitches(int64_t switches, int64_t round_trips);

}  // namespace hypergauge::probes
