#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text of unknown origin on its way to a terminal. Pure functions.
namespace hypergauge::cli {

/// What a terminal shows and does not obey: control characters, those of Unicode that turn or hide
/// the text around them, and bytes that are no UTF-8, become their number: "\x1b", "\u202e",
/// "\xff". All else stays.
[[nodiscard]] std::string TerminalText(std::string_view text);

/// The same of every line; line breaks stay.
[[nodiscard]] std::string TerminalLines(std::string_view text);

/// At most so many columns; what is cut off leaves a "~" at the end. `text` is UTF-8 without
/// colours.
[[nodiscard]] std::string Clipped(std::string_view text, size_t columns);

/// Exactly so many columns: clipped, or filled up with blanks behind it, or with `right` before it.
[[nodiscard]] std::string Fitted(std::string_view text, size_t columns, bool right = false);

}  // namespace hypergauge::cli
