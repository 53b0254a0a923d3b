#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge {

/// Formats a figure for people, in the unit's own scale: ("seconds", 0.00213) is "2.13 ms",
/// ("bytes_per_second", 1.2e9) is "1.20 GB/s", ("operations_per_second", 15300) is "15.3 k/s".
/// Unknown units are printed behind the number as they are. Three significant digits.
[[nodiscard]] std::string FormatFigure(double value, std::string_view unit);

/// The unit's short form for a table's column: "s", "B/s", "ops/s"; an unknown unit stays itself.
[[nodiscard]] std::string UnitSymbol(std::string_view unit);

/// "512", "64MiB", "2GiB", "500MB". Errors: kInvalidArgument naming the text, overflow included.
[[nodiscard]] Result<uint64_t> ParseBytes(std::string_view text);

}  // namespace hypergauge
