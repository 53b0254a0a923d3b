#pragma once

#include <string>
#include <string_view>

namespace hypergauge {

/// Bytes of unknown origin (a tool's message, a file of the kernel's) as text that Protobuf and a
/// terminal take: control characters become spaces, what is not UTF-8 becomes '?', white space at
/// the ends goes, and the result is cut between characters to at most `max_bytes`.
[[nodiscard]] std::string Printable(std::string_view bytes, size_t max_bytes = 1024);

/// Whether a terminal could obey something in the text: below U+0020, U+007F, U+0080 to U+009F.
[[nodiscard]] bool HasControlCharacters(std::string_view utf8);

}  // namespace hypergauge
