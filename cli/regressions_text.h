#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"

/// How regressions are shown. Pure functions.
namespace hypergauge::cli {

/// A table, the newest first; a sentence where there is none.
[[nodiscard]] std::string RegressionsText(const std::vector<v1::Regression>& regressions);

/// All that is known of one, a line each.
[[nodiscard]] std::string RegressionDetails(const v1::Regression& regression);

/// "firing". Errors: kInvalidArgument naming the text and the states that there are.
[[nodiscard]] Result<v1::Regression::State> ParseRegressionState(const std::string& text);

}  // namespace hypergauge::cli
