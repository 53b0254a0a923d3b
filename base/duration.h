#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge {

/// Parses a duration as Prometheus writes it: "30s", "5m", "1h30m", "2d", "1w", "500ms", "0"; the
/// units fall and none is given twice.
/// Errors: kInvalidArgument naming the text; negative, empty and overflowing ones included.
[[nodiscard]] Result<std::chrono::nanoseconds> ParseDuration(std::string_view text);

/// For arithmetic that people are to follow, in one unit: "0.1s", "20s", "86400s". Rounded to
/// milliseconds.
[[nodiscard]] std::string FormatSeconds(std::chrono::nanoseconds duration);

}  // namespace hypergauge
