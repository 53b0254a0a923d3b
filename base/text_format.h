#pragma once

#include <map>
#include <string>
#include <string_view>

/// The small pieces of Prometheus' text formats that both the exporter and the one-shot probe
/// write. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ and
/// OpenMetrics 1.0.0.
namespace hypergauge {

/// The text between a metric's name and its value: `{node="a",stat="p50"}`, or nothing for no
/// labels. Values may hold any bytes: backslash, quote and newline are escaped, and every byte that
/// is not part of valid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string RenderLabels(const std::map<std::string, std::string>& labels);

/// A HELP text: backslash and newline escaped, and the quote too where OpenMetrics wants it;
/// invalid UTF-8 replaced as above.
[[nodiscard]] std::string EscapeHelp(std::string_view help, bool escape_quotes);

/// The shortest text that reads back as the same double; NaN, +Inf, -Inf.
void AppendValue(std::string& out, double value);

/// Whether the bytes are valid UTF-8 (no surrogates, no overlong forms, up to U+10FFFF).
[[nodiscard]] bool IsUtf8(std::string_view text);

}  // namespace hypergauge
