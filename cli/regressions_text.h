#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/listing.h"
#include "hypergauge/v1/analysis.pb.h"

/// How regressions are shown. Pure functions.
namespace hypergauge::cli {

/// A row a regression, in their order; firing ones are red.
[[nodiscard]] Listing RegressionsListing(const std::vector<v1::Regression>& regressions);

/// "+12.3 %" of 0.123: how much worse.
[[nodiscard]] std::string EffectText(double effect_ratio);

/// All that is known of one, a line each.
[[nodiscard]] std::string RegressionDetails(const v1::Regression& regression);

/// "firing". Errors: kInvalidArgument naming the text and the states that there are.
[[nodiscard]] Result<v1::Regression::State> ParseRegressionState(const std::string& text);

}  // namespace hypergauge::cli
