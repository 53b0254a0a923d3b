#pragma once

#include <string>
#include <string_view>

namespace hypergauge::probes {

/// Bytes of unknown origin (a tool's message, a file of the kernel's) as text that Protobuf and a
/// terminal take: control characters become spaces, what is not UTF-8 becomes '?', white space at
/// the ends goes, and the result is cut between characters to at most `max_bytes`.
[[nodiscard]] std::string Printable(std::string_view bytes, size_t max_bytes = 1024);

}  // namespace hypergauge::probes
