#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace hypergauge::cli {

/// MessageJson, to be read by people too.
[[nodiscard]] std::string Json(const google::protobuf::Message& message);

/// The fields of two messages as one object; no name may be in both.
[[nodiscard]] std::string JsonOfBoth(const google::protobuf::Message& first,
                                     const google::protobuf::Message& second);

}  // namespace hypergauge::cli
