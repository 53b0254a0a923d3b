#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge {

/// Sets up spdlog's default logger: one line a message on standard error, in Prometheus' manner.
/// level:  debug, info, warn, error.
/// format: logfmt (`ts=2026-01-02T03:04:05.678Z level=info msg="..."`) or json (the same members).
/// Errors: kInvalidArgument for other words.
[[nodiscard]] Result<void> SetUpLogging(const std::string& level, const std::string& format);

/// A text quoted as JSON and logfmt quote it: control characters, quotes and backslashes escaped.
[[nodiscard]] std::string Quoted(std::string_view text);

}  // namespace hypergauge
