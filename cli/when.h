#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

/// Moments as people write and read them. Pure functions.
namespace hypergauge::cli {

/// "2026-11-23T20:30:12Z"; "-" for 0. Nanoseconds since 1970.
[[nodiscard]] std::string FormatMoment(int64_t unix_nanos);

/// "2026-11-23T20:30:12.123456789Z", without zeros at the end.
[[nodiscard]] std::string FormatExactMoment(int64_t unix_nanos);

/// In the time zone of the user: "Nov 23 20:30" of "%b %d %H:%M", as strftime has it.
[[nodiscard]] std::string FormatLocal(int64_t unix_nanos, const char* form);

/// "33m20s", "2d1h", "500ms": the two largest units, or milliseconds below a second; "0s" for none
/// and for negative ones.
[[nodiscard]] std::string FormatDuration(int64_t nanos);

/// A duration before `now` ("2d", "90m"), a day ("2026-11-23") or a moment
/// ("2026-11-23T20:30:12Z"), both in UTC. Nanoseconds since 1970. Errors: kInvalidArgument naming
/// the text.
[[nodiscard]] Result<int64_t> ParseSince(const std::string& text, int64_t now_unix_nanos);

}  // namespace hypergauge::cli
