#include "cli/terminal_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "base/table.h"
#include "base/text_format.h"

namespace hypergauge::cli {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// The bytes of the character that begins at `at`, or the one byte that begins none.
std::string_view CharacterAt(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && IsContinuation(text[end])) ++end;
  const auto character = text.substr(at, end - at);
  return IsUtf8(character) ? character : text.substr(at, 1);
}

// Of valid UTF-8.
uint32_t CodePointOf(std::string_view character) {
  constexpr std::array<uint32_t, 5> kLeadMasks = {0, 0x7f, 0x1f, 0x0f, 0x07};
  uint32_t code_point = static_cast<unsigned char>(character[0]) & kLeadMasks.at(character.size());
  for (const char c : character.substr(1)) {
    code_point = code_point << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return code_point;
}

// Turns or hides text: marks and embeddings of direction, joiners, separators of lines, variation
// selectors, tags, the byte order mark.
bool Misleads(uint32_t code_point) {
  struct Range {
    uint32_t first;
    uint32_t last;
  };
  constexpr std::array<Range, 10> kRanges = {{{0x80, 0x9f},
                                              {0xad, 0xad},
                                              {0x61c, 0x61c},
                                              {0x180e, 0x180e},
                                              {0x200b, 0x200f},
                                              {0x2028, 0x202e},
                                              {0x2060, 0x206f},
                                              {0xfe00, 0xfe0f},
                                              {0xfeff, 0xfeff},
                                              {0xe0000, 0xe0fff}}};
  return std::any_of(kRanges.begin(), kRanges.end(), [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

std::string Number(const char* form, uint32_t number) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), form, number);
  return text.data();
}

std::string ShownCharacter(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) {
    const bool is_plain = first >= 0x20 && first < 0x7f;
    return is_plain ? std::string(character) : Number("\\x%02x", first);
  }
  const uint32_t code_point = CodePointOf(character);
  return Misleads(code_point) ? Number("\\u%04x", code_point) : std::string(character);
}

}  // namespace

std::string TerminalText(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto character = CharacterAt(text, at);
    shown += ShownCharacter(character);
    at += character.size();
  }
  return shown;
}

std::string TerminalLines(std::string_view text) {
  std::string shown;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = text.find('\n', begin);
    shown += TerminalText(text.substr(begin, end - begin));
    if (end == std::string_view::npos) break;
    shown += '\n';
    begin = end + 1;
  }
  return shown;
}

std::string Clipped(std::string_view text, size_t columns) {
  if (DisplayWidth(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::string clipped;
  size_t used = 0;
  for (size_t at = 0; at < text.size();) {
    const auto character = CharacterAt(text, at);
    used += DisplayWidth(character);
    if (used > columns - 1) break;
    clipped += character;
    at += character.size();
  }
  return clipped + "~";
}

std::string Fitted(std::string_view text, size_t columns, bool right) {
  const std::string clipped = Clipped(text, columns);
  const std::string padding(columns - DisplayWidth(clipped), ' ');
  return right ? padding + clipped : clipped + padding;
}

}  // namespace hypergauge::cli
