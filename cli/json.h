#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace hypergauge::cli {

/// A message as Protobuf's JSON with the contract's own field names; what is unset is there too.
/// 64-bit numbers are strings, as that mapping has them.
[[nodiscard]] std::string Json(const google::protobuf::Message& message);

/// The fields of two messages as one object; no name may be in both.
[[nodiscard]] std::string JsonOfBoth(const google::protobuf::Message& first,
                                     const google::protobuf::Message& second);

}  // namespace hypergauge::cli
