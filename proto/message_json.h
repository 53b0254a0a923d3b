#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge {

/// How JSON looks.
enum class JsonStyle { kOneLine, kIndented };

/// A message as JSON for people and their programs: Protobuf's, with the fields' own names, those
/// that are not set too, and enums as words: "firing" of STATE_FIRING, "unspecified" of what says
/// nothing. A value of a newer release stays a number.
/// Errors: kInternal for strings that are no UTF-8, which no message off the wire holds.
[[nodiscard]] Result<std::string> MessageJson(const google::protobuf::Message& message,
                                              JsonStyle style);

/// The value of an enum that MessageJson writes as this word; nothing for other words, and for the
/// one that says nothing.
[[nodiscard]] std::optional<int> EnumOfWord(const google::protobuf::EnumDescriptor& type,
                                            std::string_view word);

}  // namespace hypergauge
