#pragma once

#include <string>
#include <string_view>

namespace hypergauge::cli {

/// "node_enrolled" of "KIND_NODE_ENROLLED" and "KIND_"; "unknown" of a name without the prefix, as
/// the value of a newer aggregator has.
[[nodiscard]] std::string EnumWord(const std::string& name, std::string_view prefix);

}  // namespace hypergauge::cli
