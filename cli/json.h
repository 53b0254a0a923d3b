#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace hypergauge::cli {

/// MessageJson, to be read by people too.
[[nodiscard]] std::string Json(const google::protobuf::Message& message);

/// The fields of all of them as one object; no name may be in two.
[[nodiscard]] std::string JsonOfAll(const std::vector<const google::protobuf::Message*>& messages);

}  // namespace hypergauge::cli
