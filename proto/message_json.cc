#include "proto/message_json.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text_format.h"

namespace hypergauge {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr unsigned char kFirstPrintable = 0x20;

// "STATE_" of an enum whose first value is STATE_UNSPECIFIED.
std::string_view PrefixOf(const EnumDescriptor& type) {
  const std::string_view first = type.value(0)->name();
  return first.substr(0, first.rfind('_') + 1);
}

std::string WordOf(const EnumDescriptor& type, const EnumValueDescriptor& value) {
  std::string word = value.name();
  if (const auto prefix = PrefixOf(type); word.starts_with(prefix)) word.erase(0, prefix.size());
  for (char& c : word) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return word;
}

template <typename Number>
std::string NumberText(Number value) {
  std::array<char, 32> text{};  // the longest double has 24 characters
  auto* const end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

// Straight from the message: Protobuf's own way over text takes ten times as long, and knows enums
// by their names only.
class Writer {
 public:
  explicit Writer(JsonStyle style) : indented_(style == JsonStyle::kIndented) {}

  Result<std::string> Write(const Message& message) {
    Put(message);
    out_ += '\n';
    if (!ok_) return tl::unexpected(ok_.error());
    return std::move(out_);
  }

 private:
  void Put(const Message& message);
  void PutField(const Message& message, const FieldDescriptor& field);
  void PutMap(const Message& message, const FieldDescriptor& field);
  void PutList(const Message& message, const FieldDescriptor& field);
  // `index` -1: the field is no list.
  void PutValue(const Message& message, const FieldDescriptor& field, int index);
  void PutText(std::string_view text);
  void PutEscaped(char c);
  void PutWord(const EnumDescriptor& type, int number);
  void PutReal(double value);
  void PutName(std::string_view name);

  void Begin(char bracket) {
    out_ += bracket;
    ++depth_;
    empty_ = true;
  }
  // In front of each entry of a list or an object.
  void Next() {
    if (!empty_) out_ += ',';
    empty_ = false;
    Break();
  }
  void End(char bracket) {
    --depth_;
    if (!empty_) Break();
    empty_ = false;
    out_ += bracket;
  }
  void Break() {
    if (!indented_) return;
    out_ += '\n';
    out_.append(depth_, ' ');
  }

  const bool indented_;
  std::string out_;
  size_t depth_ = 0;
  bool empty_ = true;  // nothing yet between the innermost brackets
  Result<void> ok_;
};

void Writer::Put(const Message& message) {
  const auto& type = *message.GetDescriptor();
  Begin('{');
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (field.has_presence() && !message.GetReflection()->HasField(message, &field)) continue;
    Next();
    PutName(field.name());
    PutField(message, field);
  }
  End('}');
}

void Writer::PutName(std::string_view name) {
  PutText(name);
  out_ += indented_ ? ": " : ":";
}

void Writer::PutField(const Message& message, const FieldDescriptor& field) {
  if (field.is_map()) {
    PutMap(message, field);
  } else if (field.is_repeated()) {
    PutList(message, field);
  } else {
    PutValue(message, field, -1);
  }
}

// By key: equal messages are equal texts.
void Writer::PutMap(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  const auto* key_field = field.message_type()->map_key();
  std::vector<std::pair<std::string, const Message*>> entries;
  for (int i = 0; i < reflection->FieldSize(message, &field); ++i) {
    const auto& entry = reflection->GetRepeatedMessage(message, &field, i);
    if (key_field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      ok_ = Fail(ErrorCode::kInternal, field.full_name() + " has keys that are no strings");
      break;
    }
    entries.emplace_back(entry.GetReflection()->GetString(entry, key_field), &entry);
  }
  std::sort(entries.begin(), entries.end());
  Begin('{');
  for (const auto& [key, entry] : entries) {
    Next();
    PutName(key);
    PutValue(*entry, *field.message_type()->map_value(), -1);
  }
  End('}');
}

void Writer::PutList(const Message& message, const FieldDescriptor& field) {
  Begin('[');
  for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i) {
    Next();
    PutValue(message, field, i);
  }
  End(']');
}

void Writer::PutValue(const Message& message, const FieldDescriptor& field, int index) {
  const auto& get = *message.GetReflection();
  const bool one = index < 0;
  const auto quoted = [this](const std::string& number) { out_ += '"' + number + '"'; };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      out_ += NumberText(one ? get.GetInt32(message, &field)
                             : get.GetRepeatedInt32(message, &field, index));
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out_ += NumberText(one ? get.GetUInt32(message, &field)
                             : get.GetRepeatedUInt32(message, &field, index));
      break;
    // As strings, since JavaScript's numbers cannot hold them.
    case FieldDescriptor::CPPTYPE_INT64:
      quoted(NumberText(one ? get.GetInt64(message, &field)
                            : get.GetRepeatedInt64(message, &field, index)));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      quoted(NumberText(one ? get.GetUInt64(message, &field)
                            : get.GetRepeatedUInt64(message, &field, index)));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      PutReal(one ? get.GetDouble(message, &field) : get.GetRepeatedDouble(message, &field, index));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      PutReal(one ? get.GetFloat(message, &field) : get.GetRepeatedFloat(message, &field, index));
      break;
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool is_true =
          one ? get.GetBool(message, &field) : get.GetRepeatedBool(message, &field, index);
      out_ += is_true ? "true" : "false";
      break;
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      PutWord(*field.enum_type(), one ? get.GetEnumValue(message, &field)
                                      : get.GetRepeatedEnumValue(message, &field, index));
      break;
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      if (field.type() == FieldDescriptor::TYPE_BYTES) {
        ok_ = Fail(ErrorCode::kInternal, field.full_name() + " is bytes, which nobody is shown");
      }
      PutText(one ? get.GetStringReference(message, &field, &scratch)
                  : get.GetRepeatedStringReference(message, &field, index, &scratch));
      break;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      Put(one ? get.GetMessage(message, &field) : get.GetRepeatedMessage(message, &field, index));
      break;
  }
}

// What JSON has no number for is a string, as Protobuf has it.
void Writer::PutReal(double value) {
  if (std::isfinite(value)) {
    out_ += NumberText(value);
  } else if (std::isnan(value)) {
    out_ += "\"NaN\"";
  } else {
    out_ += value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  }
}

void Writer::PutWord(const EnumDescriptor& type, int number) {
  const auto* value = type.FindValueByNumber(number);
  if (value == nullptr) {
    out_ += NumberText(number);
    return;
  }
  out_ += '"' + WordOf(type, *value) + '"';
}

void Writer::PutText(std::string_view text) {
  if (!IsUtf8(text)) ok_ = Fail(ErrorCode::kInternal, "a message has a string that is no UTF-8");
  out_ += '"';
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= kFirstPrintable && c != '"' && c != '\\') continue;
    out_ += text.substr(begin, i - begin);
    PutEscaped(c);
    begin = i + 1;
  }
  out_ += text.substr(begin);
  out_ += '"';
}

void Writer::PutEscaped(char c) {
  constexpr std::string_view kPlain = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetter = "\"\\bfnrt";
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (const auto at = kPlain.find(c); at != std::string_view::npos) {
    out_ += '\\';
    out_ += kLetter[at];
    return;
  }
  out_ += "\\u00";
  out_ += kDigits[static_cast<unsigned char>(c) >> 4U];
  out_ += kDigits[static_cast<unsigned char>(c) & 0xfU];
}

}  // namespace

Result<std::string> MessageJson(const Message& message, JsonStyle style) {
  return Writer(style).Write(message);
}

std::optional<int> EnumOfWord(const EnumDescriptor& type, std::string_view word) {
  for (int i = 1; i < type.value_count(); ++i) {
    if (WordOf(type, *type.value(i)) == word) return type.value(i)->number();
  }
  return std::nullopt;
}

}  // namespace hypergauge
