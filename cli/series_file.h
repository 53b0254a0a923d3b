#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// Series as files hold them.
namespace hypergauge::cli {

/// Parses CSV: a line a value, or `timestamp,value`, whose timestamp may be any text without a
/// comma. A blank value or line, and nan, na or null, is a missing value, returned as NaN. Lines
/// that begin with # are comments; the first line that is not may be a header. Lines end with \n or
/// \r\n. Errors: kInvalidArgument with the line's number: "3: \"abc\" is not a number".
[[nodiscard]] Result<std::vector<double>> ParseSeries(std::string_view text);

/// Reads and parses a file; "-" is `standard_input`.
/// Errors: those of ParseSeries behind "FILE:", and those of the operating system.
[[nodiscard]] Result<std::vector<double>> ReadSeries(const std::string& path,
                                                     std::istream& standard_input);

}  // namespace hypergauge::cli
