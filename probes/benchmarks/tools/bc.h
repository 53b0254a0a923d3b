#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::probes {

/// Pi with so many digits after the point, the last one not rounded.
[[nodiscard]] std::string PiDecimals(int digits);

/// Whether bc's answer to `scale=DIGITS; 4*a(1)` is pi. Its last digits are not: bc cuts the
/// arctangent off and multiplies the rest by four.
/// Errors: kWrongAnswer, naming the first wrong digit or the missing ones.
[[nodiscard]] Result<void> CheckPi(std::string_view printed, int digits);

}  // namespace hypergauge::probes
