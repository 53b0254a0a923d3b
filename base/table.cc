#include "base/table.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hypergauge {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// The large blocks of UAX #11 (wide) and of the marks that combine; terminals agree on these.
constexpr std::array<Range, 10> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0xa4cf},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<Range, 7> kCombining = {{{0x0300, 0x036f},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05bd},
                                              {0x200b, 0x200f},
                                              {0x20d0, 0x20f0},
                                              {0xfe00, 0xfe0f},
                                              {0xfe20, 0xfe2f}}};

template <size_t kSize>
bool IsIn(uint32_t code_point, const std::array<Range, kSize>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

// The code point that begins at `at`, which then stands behind it.
uint32_t Next(std::string_view utf8, size_t& at) {
  constexpr uint32_t kPayload = 0x3f;  // of a continuation byte
  constexpr uint32_t kPayloadBits = 6;
  const auto lead = static_cast<unsigned char>(utf8[at++]);
  const uint32_t mask = lead >= 0xf0U   ? 0x07U
                        : lead >= 0xe0U ? 0x0fU
                        : lead >= 0xc0U ? 0x1fU
                                        : 0x7fU;
  uint32_t code_point = lead & mask;
  while (at < utf8.size() && IsContinuation(utf8[at])) {
    code_point = code_point << kPayloadBits | (static_cast<unsigned char>(utf8[at++]) & kPayload);
  }
  return code_point;
}

}  // namespace

size_t DisplayWidth(std::string_view utf8) {
  size_t columns = 0;
  for (size_t at = 0; at < utf8.size();) {
    const uint32_t code_point = Next(utf8, at);
    if (IsIn(code_point, kCombining)) continue;
    columns += IsIn(code_point, kWide) ? 2 : 1;
  }
  return columns;
}

std::string Table::Text() const {
  std::vector<size_t> widths;
  widths.reserve(columns_.size());
  for (const auto& column : columns_) widths.push_back(DisplayWidth(column.title));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < std::min(row.size(), widths.size()); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(row[i]));
    }
  }
  std::string text;
  const auto add_line = [&](const auto& cell_of) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string cell = cell_of(i);
      const std::string padding(widths[i] - DisplayWidth(cell), ' ');
      if (i > 0) line += "  ";
      line += columns_[i].right ? padding + cell : cell + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line([&](size_t i) { return columns_[i].title; });
  for (const auto& row : rows_) {
    add_line([&](size_t i) { return i < row.size() ? row[i] : std::string(); });
  }
  return text;
}

}  // namespace hypergauge
