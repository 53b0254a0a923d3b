#include "cli/canvas.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace hypergauge::cli {
namespace {

constexpr int kBrailleAcross = 2;
constexpr int kBrailleDown = 4;

// Unicode's numbers of the dots, from the top, left and right.
constexpr std::array<std::array<uint8_t, kBrailleAcross>, kBrailleDown> kDots = {
    {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};

constexpr std::array<std::string_view, 2> kColours = {"\x1b[36m", "\x1b[35m"};
constexpr std::array<std::string_view, 2> kAscii = {"*", "o"};
constexpr std::string_view kAsciiBoth = "#";
// Of the second line where nothing has a colour: no braille character looks like it.
constexpr std::string_view kSecond = "\u00b7";
constexpr std::string_view kEnd = "\x1b[0m";

std::string Braille(uint8_t dots) {
  // U+2800 + dots as UTF-8.
  return {'\xe2', static_cast<char>(0xa0U | dots >> 6U), static_cast<char>(0x80U | (dots & 0x3fU))};
}

std::string In(size_t line, const std::string& text, bool colours) {
  if (!colours) return text;
  return std::string(kColours.at(line)) + text + std::string(kEnd);
}

}  // namespace

Canvas::Canvas(int columns, int rows, bool braille)
    : columns_(columns),
      rows_(rows),
      dots_across_(braille ? kBrailleAcross : 1),
      dots_down_(braille ? kBrailleDown : 1),
      cells_(static_cast<size_t>(columns) * static_cast<size_t>(rows)) {}

size_t Canvas::NumberOf(int column, int row) const {
  return static_cast<size_t>(row) * static_cast<size_t>(columns_) + static_cast<size_t>(column);
}

void Canvas::Dot(int x, int y, size_t line) {
  if (x < 0 || y < 0 || x >= width() || y >= height()) return;
  const int from_top = height() - 1 - y;
  cells_[NumberOf(x / dots_across_, from_top / dots_down_)].at(line) |=
      kDots.at(static_cast<size_t>(from_top % dots_down_))
          .at(static_cast<size_t>(x % dots_across_));
}

// Bresenham's line.
void Canvas::Join(int from_x, int from_y, int to_x, int to_y, size_t line) {
  const int across = std::abs(to_x - from_x);
  const int up = -std::abs(to_y - from_y);
  const int step_x = from_x < to_x ? 1 : -1;
  const int step_y = from_y < to_y ? 1 : -1;
  int error = across + up;
  Dot(from_x, from_y, line);
  while (from_x != to_x || from_y != to_y) {
    const int twice = 2 * error;
    if (twice >= up) {
      error += up;
      from_x += step_x;
    }
    if (twice <= across) {
      error += across;
      from_y += step_y;
    }
    Dot(from_x, from_y, line);
  }
}

std::string Canvas::Drawn(const Cell& cell, bool colours) const {
  const auto [first, second] = cell;
  if (first == 0 && second == 0) return " ";
  if (dots_across_ == 1) {
    if (first != 0 && second != 0) return In(0, std::string(kAsciiBoth), colours);
    const size_t line = first != 0 ? 0 : 1;
    return In(line, std::string(kAscii.at(line)), colours);
  }
  if (first != 0) return In(0, Braille(first), colours);
  return colours ? In(1, Braille(second), true) : std::string(kSecond);
}

std::string Canvas::Row(int row, bool colours) const {
  std::string text;
  for (int column = 0; column < columns_; ++column) {
    text += Drawn(cells_[NumberOf(column, row)], colours);
  }
  return text;
}

std::string CellSample(size_t line, bool braille, bool colours) {
  if (!braille) return In(line, std::string(kAscii.at(line)), colours);
  constexpr uint8_t kMiddle = 0x12;  // a dash of two dots
  if (line == 0 || colours) return In(line, Braille(kMiddle), colours);
  return std::string(kSecond);
}

}  // namespace hypergauge::cli
