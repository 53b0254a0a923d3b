#pragma once

#include <array>

#include "base/result.h"

namespace hypergauge::probes {

/// What John Walker's fbench computes of its telescope objective: distance and slope of the
/// marginal ray, the same of the paraxial ray, longitudinal spherical aberration, offence against
/// the sine condition, axial chromatic aberration.
using FbenchAnswers = std::array<double, 7>;

/// Traces four rays through the objective `iterations` times; at least one.
/// Source: https://www.fourmilab.ch/fbench/fbench.html, in the form that hardinfo runs.
[[nodiscard]] FbenchAnswers RunFbench(int iterations);

/// Errors: kWrongAnswer unless all seven agree with fbench's own to 11 decimals.
[[nodiscard]] Result<void> CheckFbench(const FbenchAnswers& answers);

}  // namespace hypergauge::probes
