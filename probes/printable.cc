#include "probes/printable.h"

#include <algorithm>

#include "base/text_format.h"

namespace hypergauge::probes {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

std::string Printable(std::string_view bytes, size_t max_bytes) {
  std::string text(bytes);
  const bool is_utf8 = IsUtf8(text);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = ' ';
    if (byte >= 0x80 && !is_utf8) c = '?';
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

}  // namespace hypergauge::probes
