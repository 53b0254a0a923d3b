#include "cli/json.h"

#include <google/protobuf/util/json_util.h>

namespace hypergauge::cli {

std::string Json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  // Fails for strings that are no UTF-8 only, which no message off the wire holds.
  (void)google::protobuf::util::MessageToJsonString(message, &text, options);
  return text;
}

std::string JsonOfBoth(const google::protobuf::Message& first,
                       const google::protobuf::Message& second) {
  const std::string a = Json(first);
  const std::string b = Json(second);
  // Both print their fields, unset ones too: neither is "{}".
  return a.substr(0, a.find_last_not_of("}\n ") + 1) + "," + b.substr(b.find('{') + 1);
}

}  // namespace hypergauge::cli
