#pragma once

#include <google/protobuf/map.h>

#include <string>
#include <string_view>

namespace hypergauge::cli {

/// "node_enrolled" of "KIND_NODE_ENROLLED" and "KIND_"; "unknown" of a name without the prefix, as
/// the value of a newer aggregator has.
[[nodiscard]] std::string EnumWord(const std::string& name, std::string_view prefix);

/// "queue_depth=1, stat=p50", by name.
[[nodiscard]] std::string LabelsText(const google::protobuf::Map<std::string, std::string>& labels);

}  // namespace hypergauge::cli
