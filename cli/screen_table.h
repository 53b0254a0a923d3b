#pragma once

#include <string>
#include <vector>

/// Tables that fit into a screen, whatever its width.
namespace hypergauge::cli {

/// A column and how much of it there must be.
struct ScreenColumn {
  std::string title;
  size_t least = 4;  ///< columns of the terminal, where all are needed
  bool right = false;
  int rank = 0;  ///< where the screen is too narrow, the highest goes first; 0 stays
};

/// Lines of at most `width` columns, the titles first; columns that do not fit are narrowed, then
/// left out. Cells are TerminalText already.
[[nodiscard]] std::vector<std::string> FitTable(const std::vector<ScreenColumn>& columns,
                                                const std::vector<std::vector<std::string>>& rows,
                                                size_t width);

}  // namespace hypergauge::cli
