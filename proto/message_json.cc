#include "proto/message_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <string_view>

namespace hypergauge {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::ordered_json;

// "STATE_" of an enum whose first value is STATE_UNSPECIFIED.
std::string_view PrefixOf(const EnumDescriptor& type) {
  const std::string_view first = type.value(0)->name();
  return first.substr(0, first.rfind('_') + 1);
}

std::string WordOf(const EnumDescriptor& type, std::string name) {
  if (const auto prefix = PrefixOf(type); name.starts_with(prefix)) name.erase(0, prefix.size());
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

void PutWords(const Descriptor& type, Json& object);

void PutWord(const FieldDescriptor& field, Json& value) {
  if (field.enum_type() != nullptr && value.is_string()) {
    value = WordOf(*field.enum_type(), value.get<std::string>());
  } else if (field.message_type() != nullptr && value.is_object()) {
    PutWords(*field.message_type(), value);
  }
}

// The json_util of Protobuf knows enums by their names or as numbers only.
void PutWords(const Descriptor& type, Json& object) {
  for (auto& [name, value] : object.items()) {
    const auto* field = type.FindFieldByName(name);
    if (field == nullptr) continue;
    if (field->is_map()) {
      for (auto& each : value) PutWord(*field->message_type()->map_value(), each);
    } else if (field->is_repeated()) {
      for (auto& each : value) PutWord(*field, each);
    } else {
      PutWord(*field, value);
    }
  }
}

}  // namespace

Result<std::string> MessageJson(const google::protobuf::Message& message, JsonStyle style) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  if (!status.ok()) return Fail(ErrorCode::kInternal, status.ToString());
  auto json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Fail(ErrorCode::kInternal, "a message is no JSON object");
  PutWords(*message.GetDescriptor(), json);
  return json.dump(style == JsonStyle::kIndented ? 1 : -1) + "\n";
}

}  // namespace hypergauge
