#pragma once

#include <cstdint>

namespace hypergauge::replay {

/// Measures and prints: one new point for each of so many series, a confirmation for 0.5 % of them,
/// bytes a series. False where a goal is missed: 2 us a point, a minute for a million, 256 bytes.
[[nodiscard]] bool PrintCost(int64_t series);

}  // namespace hypergauge::replay
