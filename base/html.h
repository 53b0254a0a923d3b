#pragma once

#include <string>
#include <string_view>

namespace hypergauge {

/// Text for HTML, also inside of an attribute's quotes: what means something there is escaped, and
/// control characters other than line breaks and tabs become spaces. Bytes that are not UTF-8 stay.
[[nodiscard]] std::string EscapeHtml(std::string_view text);

}  // namespace hypergauge
