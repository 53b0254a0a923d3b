#pragma once

#include <cstdint>

#include "aggregator/analysis/regression.h"
#include "base/result.h"

/// Which state of a regression may follow which.
namespace hypergauge::analysis {

[[nodiscard]] bool MayFollow(RegressionState from, RegressionState to);

/// Puts it into a state and writes down when. Errors: kInvalidArgument naming the regression and
/// both states where one may not follow the other; then nothing changes.
[[nodiscard]] Result<void> Enter(Regression& regression, RegressionState to,
                                 int64_t now_unix_nanos);

/// A regression that is not yet in any state becomes a suspect, say; no state need precede it.
void Begin(Regression& regression, RegressionState state, int64_t now_unix_nanos);

}  // namespace hypergauge::analysis
