#include "cli/json.h"

#include "proto/message_json.h"

namespace hypergauge::cli {

std::string Json(const google::protobuf::Message& message) {
  return MessageJson(message, JsonStyle::kIndented).value_or("");
}

std::string JsonOfAll(const std::vector<const google::protobuf::Message*>& messages) {
  std::string text = "{";
  for (const auto* message : messages) {
    // Each prints its fields, unset ones too, and none has no fields at all.
    const std::string one = Json(*message);
    const size_t begin = one.find('{') + 1;
    const size_t end = one.find_last_not_of("}\n ") + 1;
    text += (text.size() > 1 ? "," : "") + one.substr(begin, end - begin);
  }
  return text + "\n}\n";
}

}  // namespace hypergauge::cli
