#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hypergauge {

/// Columns on a terminal: wide characters of East Asia and emoji take two, marks that combine with
/// the character before them none, all others one, and so does a byte that is no UTF-8.
[[nodiscard]] size_t DisplayWidth(std::string_view utf8);

/// A plain text table as command line tools print it: a line of titles, a line a row, two blanks
/// between columns, no trailing blanks.
class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;  ///< numbers stand to the right
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Missing cells are empty, surplus ones are an error of the caller and left out.
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// All lines, each with its newline.
  [[nodiscard]] std::string Text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace hypergauge
