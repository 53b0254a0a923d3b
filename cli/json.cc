#include "cli/json.h"

#include "proto/message_json.h"

namespace hypergauge::cli {

std::string Json(const google::protobuf::Message& message) {
  return MessageJson(message, JsonStyle::kIndented).value_or("");
}

std::string JsonOfBoth(const google::protobuf::Message& first,
                       const google::protobuf::Message& second) {
  const std::string a = Json(first);
  const std::string b = Json(second);
  // Both print their fields, unset ones too: neither is "{}".
  return a.substr(0, a.find_last_not_of("}\n ") + 1) + "," + b.substr(b.find('{') + 1);
}

}  // namespace hypergauge::cli
