#include "cli/listing.h"

#include "base/table.h"
#include "base/text_format.h"
#include "cli/terminal_text.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

std::string CsvField(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

Cell OptionalCell(const std::string& text) {
  return {text.empty() ? "-" : text, text};
}

Cell MomentCell(int64_t unix_nanos) {
  return {FormatMoment(unix_nanos), unix_nanos == 0 ? "" : FormatExactMoment(unix_nanos)};
}

Cell NumberCell(std::string shown, double value) {
  std::string raw;
  AppendValue(raw, value);
  return {std::move(shown), std::move(raw)};
}

Listing::Listing(std::vector<Column> columns, std::string nothing)
    : columns_(std::move(columns)), nothing_(std::move(nothing)) {}

void Listing::AddRow(std::vector<Cell> cells, std::optional<Colour> colour) {
  rows_.push_back({std::move(cells), colour});
}

std::string Listing::TableText(bool colours) const {
  if (rows_.empty()) return nothing_ + "\n";
  std::vector<Table::Column> shown;
  for (const auto& column : columns_) {
    if (!column.title.empty()) shown.push_back({TerminalText(column.title), column.right});
  }
  Table table(std::move(shown));
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].title.empty()) continue;
      const std::string text = TerminalText(row.cells[i].shown);
      cells.push_back(columns_[i].most == 0 ? text : Clipped(text, columns_[i].most));
    }
    table.AddRow(std::move(cells));
  }
  std::string text = table.Text();
  if (!colours) return text;
  // A line of titles, then a line a row: no cell holds a line break.
  size_t begin = text.find('\n') + 1;
  std::string coloured = text.substr(0, begin);
  for (const auto& row : rows_) {
    const size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    coloured += (row.colour ? Coloured(line, *row.colour) : line) + "\n";
    begin = end + 1;
  }
  return coloured;
}

std::string Listing::CsvText() const {
  std::vector<std::string> fields;
  for (const auto& column : columns_) {
    if (!column.name.empty()) fields.push_back(column.name);
  }
  std::string text = CsvRecord(fields);
  for (const auto& row : rows_) {
    fields.clear();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].name.empty()) fields.push_back(row.cells[i].raw);
    }
    text += CsvRecord(fields);
  }
  return text;
}

std::string CsvRecord(const std::vector<std::string>& fields) {
  std::string record;
  for (size_t i = 0; i < fields.size(); ++i) record += (i > 0 ? "," : "") + CsvField(fields[i]);
  return record + "\r\n";
}

}  // namespace hypergauge::cli
