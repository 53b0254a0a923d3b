#include "cli/keys.h"

#include <map>
#include <optional>

#include "base/text_format.h"

namespace hypergauge::cli {
namespace {

constexpr char kEsc = '\x1b';
constexpr size_t kLongestSequence = 16;

// Behind ESC; xterm, VT220 and the Linux console.
const std::map<std::string, Key::Kind, std::less<>>& Sequences() {
  static const std::map<std::string, Key::Kind, std::less<>> kSequences = {
      {"[A", Key::kUp},      {"OA", Key::kUp},        {"[B", Key::kDown}, {"OB", Key::kDown},
      {"[5~", Key::kPageUp}, {"[6~", Key::kPageDown}, {"[H", Key::kHome}, {"OH", Key::kHome},
      {"[1~", Key::kHome},   {"[7~", Key::kHome},     {"[F", Key::kEnd},  {"OF", Key::kEnd},
      {"[4~", Key::kEnd},    {"[8~", Key::kEnd}};
  return kSequences;
}

// Bytes of the sequence at the front, ESC included (ECMA-48); 0 where it is not complete.
size_t SequenceLength(std::string_view bytes) {
  if (bytes.size() < 2) return 0;
  if (bytes[1] == 'O') return bytes.size() < 3 ? 0 : 3;
  if (bytes[1] != '[') return 1;
  for (size_t i = 2; i < bytes.size(); ++i) {
    const bool is_final = bytes[i] >= '@' && bytes[i] <= '~';
    if (is_final) return i + 1;
  }
  return bytes.size() > kLongestSequence ? bytes.size() : 0;
}

// Bytes of the character at the front; 0 where it is not complete, 1 for a byte that begins none.
size_t CharacterLength(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const size_t length = lead >= 0xf8   ? 1
                        : lead >= 0xf0 ? 4
                        : lead >= 0xe0 ? 3
                        : lead >= 0xc0 ? 2
                                       : 1;
  for (size_t i = 1; i < length; ++i) {
    if (i == bytes.size()) return 0;
    if ((static_cast<unsigned char>(bytes[i]) & 0xc0U) != 0x80U) return 1;
  }
  return length;
}

std::optional<Key> PlainKey(std::string_view character) {
  constexpr char kDelete = '\x7f';
  const char first = character[0];
  if (first == '\r' || first == '\n') return Key{Key::kEnter};
  if (first == kDelete || first == '\b') return Key{Key::kBackspace};
  if (static_cast<unsigned char>(first) < ' ' || !IsUtf8(character)) return std::nullopt;
  return Key{Key::kText, std::string(character)};
}

}  // namespace

std::vector<Key> KeyDecoder::Take(std::string_view bytes) {
  rest_ += bytes;
  std::vector<Key> keys;
  while (!rest_.empty()) {
    size_t length = 0;
    if (rest_[0] != kEsc) {
      length = CharacterLength(rest_);
      if (length == 0) break;
      if (auto key = PlainKey(std::string_view(rest_).substr(0, length))) keys.push_back(*key);
    } else if (rest_.size() == 1) {
      length = 1;
      keys.push_back({Key::kEscape});
    } else {
      length = SequenceLength(rest_);
      if (length == 0) break;
      const auto found = Sequences().find(std::string_view(rest_).substr(1, length - 1));
      if (length == 1) keys.push_back({Key::kEscape});
      if (found != Sequences().end()) keys.push_back({found->second});
    }
    rest_.erase(0, length);
  }
  return keys;
}

}  // namespace hypergauge::cli
