#include "base/printable.h"

#include <algorithm>

#include "base/text_format.h"

namespace hypergauge {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// The first byte of U+0080 to U+009F, which some terminals obey like escapes.
bool BeginsLateControl(std::string_view utf8, size_t at) {
  return utf8[at] == '\xc2' && at + 1 < utf8.size() &&
         static_cast<unsigned char>(utf8[at + 1]) < 0xa0;
}

}  // namespace

std::string Printable(std::string_view bytes, size_t max_bytes) {
  std::string text(bytes);
  const bool is_utf8 = IsUtf8(text);
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_utf8 && BeginsLateControl(text, i)) text.replace(i, 2, 2, ' ');
    if (IsControl(text[i])) text[i] = ' ';
    if (static_cast<unsigned char>(text[i]) >= 0x80 && !is_utf8) text[i] = '?';
  }
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  text.erase(text.find_last_not_of(' ') + 1);
  text.erase(0, first);
  if (text.size() > max_bytes) {
    size_t end = max_bytes;
    while (end > 0 && IsContinuation(text[end])) --end;
    text.resize(end);
  }
  return text;
}

bool HasControlCharacters(std::string_view utf8) {
  for (size_t i = 0; i < utf8.size(); ++i) {
    if (IsControl(utf8[i]) || BeginsLateControl(utf8, i)) return true;
  }
  return false;
}

}  // namespace hypergauge
