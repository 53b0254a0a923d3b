#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "program/terminal.h"

/// Rows as every listing command prints them: a table for people, or CSV for their programs.
namespace hypergauge::cli {

/// The most columns of a terminal that one cell takes, where nothing else is said.
inline constexpr size_t kWidestCell = 60;

/// A column of a table, of the CSV, or of both.
struct Column {
  std::string title = {};  ///< of the table; empty: not in it
  std::string name = {};   ///< of the CSV; empty: not in it
  bool right = false;
  size_t most = kWidestCell;  ///< what is longer is cut in tables; 0 for no limit
};

/// What people read and what programs read: "2.13 ms" and "0.00213".
struct Cell {
  std::string shown;
  std::string raw;

  // NOLINTNEXTLINE(google-explicit-constructor): most cells are one text
  Cell(std::string both) : shown(both), raw(std::move(both)) {}
  Cell(const char* both) : Cell(std::string(both)) {}  // NOLINT(google-explicit-constructor)
  Cell(std::string for_people, std::string for_programs)
      : shown(std::move(for_people)), raw(std::move(for_programs)) {}
};

/// A cell of a text that may be missing: a dash in tables, nothing in the CSV.
[[nodiscard]] Cell OptionalCell(const std::string& text);
/// A moment, nanoseconds since 1970: FormatMoment in tables, with nanoseconds in the CSV.
[[nodiscard]] Cell MomentCell(int64_t unix_nanos);
/// A number with all its digits for programs.
[[nodiscard]] Cell NumberCell(std::string shown, double value);

class Listing {
 public:
  /// `nothing` is the line in place of a table without rows.
  Listing(std::vector<Column> columns, std::string nothing);

  /// A cell for every column.
  void AddRow(std::vector<Cell> cells, std::optional<Colour> colour = std::nullopt);

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// Foreign text is shown as TerminalText; rows have their colour where `colours`.
  [[nodiscard]] std::string TableText(bool colours = false) const;

  /// RFC 4180 with a line of names, UTF-8. Lines end with CR LF.
  [[nodiscard]] std::string CsvText() const;

 private:
  struct Row {
    std::vector<Cell> cells;
    std::optional<Colour> colour;
  };

  std::vector<Column> columns_;
  std::string nothing_;
  std::vector<Row> rows_;
};

/// One record of RFC 4180, with its CR LF.
[[nodiscard]] std::string CsvRecord(const std::vector<std::string>& fields);

}  // namespace hypergauge::cli
