// Protobuf says only that bytes are no message. To tell a peer which of its strings is not UTF-8,
// the bytes are parsed once more by a copy of the contract in which every string is plain bytes.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

#include "aggregator/ingest/validate.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::Message;

void StringsToBytes(DescriptorProto& type) {
  for (auto& field : *type.mutable_field()) {
    if (field.type() == FieldDescriptorProto::TYPE_STRING) {
      field.set_type(FieldDescriptorProto::TYPE_BYTES);
    }
  }
  for (auto& nested : *type.mutable_nested_type()) {
    // A map's key may not be bytes: as a repeated entry it is the same on the wire.
    nested.mutable_options()->clear_map_entry();
    StringsToBytes(nested);
  }
}

void AddFile(const FileDescriptor& file, DescriptorPool& pool) {
  if (pool.FindFileByName(file.name()) != nullptr) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), pool);
  FileDescriptorProto copy;
  file.CopyTo(&copy);
  copy.clear_service();
  for (auto& type : *copy.mutable_message_type()) StringsToBytes(type);
  pool.BuildFile(copy);
}

std::optional<std::string> FindInvalidString(const Message& message, const std::string& path) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const auto* field : fields) {
    const int size = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      const bool repeated = field->is_repeated();
      const std::string here =
          path + "." + field->name() + (repeated ? "[" + std::to_string(i) + "]" : "");
      if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        const auto& inner = repeated ? reflection->GetRepeatedMessage(message, field, i)
                                     : reflection->GetMessage(message, field);
        if (auto found = FindInvalidString(inner, here)) return found;
      } else if (field->type() == FieldDescriptor::TYPE_BYTES) {
        const auto text = repeated ? reflection->GetRepeatedString(message, field, i)
                                   : reflection->GetString(message, field);
        if (!IsUtf8(text)) return here;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

FieldError ExplainUnparsable(const Message& prototype, std::string_view bytes,
                             const std::string& name) {
  DescriptorPool pool;
  AddFile(*prototype.GetDescriptor()->file(), pool);
  const auto* type = pool.FindMessageTypeByName(prototype.GetDescriptor()->full_name());
  google::protobuf::DynamicMessageFactory factory(&pool);
  if (type != nullptr) {
    const std::unique_ptr<Message> message(factory.GetPrototype(type)->New());
    if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      if (const auto field = FindInvalidString(*message, name)) {
        return {*field, "is not valid UTF-8"};
      }
    }
  }
  return {name, "is no message of the contract: its bytes cannot be parsed"};
}

}  // namespace hypergauge::aggregator
