#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

/// Dots on a screen of characters.
namespace hypergauge::cli {

/// A grid of cells with dots: 2 x 4 a cell as braille has them, or one as ASCII has. Two lines are
/// told apart; the first is drawn over the second.
class Canvas {
 public:
  Canvas(int columns, int rows, bool braille);

  /// In dots; (0, 0) is the dot at the left below.
  [[nodiscard]] int width() const { return columns_ * dots_across_; }
  [[nodiscard]] int height() const { return rows_ * dots_down_; }

  /// `line` is 0 or 1. Dots outside are left out.
  void Dot(int x, int y, size_t line);
  void Join(int from_x, int from_y, int to_x, int to_y, size_t line);

  /// A row from the top, with as many columns as the canvas.
  [[nodiscard]] std::string Row(int row, bool colours) const;

 private:
  using Cell = std::array<uint8_t, 2>;  // dots of each line, a bit a dot

  [[nodiscard]] size_t NumberOf(int column, int row) const;
  [[nodiscard]] std::string Drawn(const Cell& cell, bool colours) const;

  int columns_;
  int rows_;
  int dots_across_;
  int dots_down_;
  std::vector<Cell> cells_;
};

/// What a cell of a line looks like.
[[nodiscard]] std::string CellSample(size_t line, bool braille, bool colours);

}  // namespace hypergauge::cli
