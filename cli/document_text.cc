#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/table.h"
#include "cli/document.h"
#include "cli/terminal_text.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kBarWidth = 40;
constexpr size_t kTextWidth = 100;

// How many characters a bar of that value has.
size_t LengthOf(double value, double most) {
  const double share = most > 0 ? std::clamp(value / most, 0.0, 1.0) : 0;
  return static_cast<size_t>(std::lround(share * static_cast<double>(kBarWidth)));
}

// Whole blocks: half ones are not in every font. A bar that ends at the mark reaches the "|".
std::string BarOf(const BarChart& chart, const BarChart::Bar& bar, double most) {
  const size_t length = LengthOf(bar.value, most);
  std::string text = std::string(length, '#') + std::string(kBarWidth - length, '.');
  if (const size_t at = chart.mark ? LengthOf(*chart.mark, most) : 0; at > 0) text[at - 1] = '|';
  return text;
}

std::string ChartText(const BarChart& chart) {
  double most = chart.mark.value_or(0);
  size_t width = 0;
  for (const auto& bar : chart.bars) {
    most = std::max(most, bar.value);
    width = std::max(width, DisplayWidth(bar.label));
  }
  std::string text = CaptionOf(chart, "|") + "\n";
  for (const auto& bar : chart.bars) {
    text += bar.label + std::string(width - DisplayWidth(bar.label), ' ') + "  " +
            BarOf(chart, bar, most) + "  " + bar.text + "\n";
  }
  return text;
}

// Broken between words; `indent` in front of all lines but the first.
std::string Wrapped(const std::string& text, const std::string& indent) {
  std::string out;
  size_t column = 0;
  for (size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (column > 0 && column + 1 + DisplayWidth(word) > kTextWidth) {
      out += "\n" + indent;
      column = indent.size();
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += DisplayWidth(word);
    begin = end + 1;
  }
  return out + "\n";
}

std::string MarkdownEscaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\`*_{}[]<>#|~&").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

std::string MarkdownRow(const std::vector<std::string>& cells, size_t columns) {
  std::string line = "|";
  for (size_t i = 0; i < columns; ++i) {
    line += " " + (i < cells.size() ? MarkdownEscaped(cells[i]) : "") + " |";
  }
  return line + "\n";
}

std::string MarkdownTable(const PlainTable& table) {
  std::vector<std::string> titles;
  std::string rule = "|";
  for (const auto& column : table.columns) {
    titles.push_back(column.title);
    rule += column.right ? " ---: |" : " --- |";
  }
  std::string text = MarkdownRow(titles, titles.size()) + rule + "\n";
  for (const auto& row : table.rows) text += MarkdownRow(row, titles.size());
  return text;
}

// In a code block nothing is special but its end, which needs a line of its own.
std::string MarkdownChart(const BarChart& chart) {
  std::string text = ChartText(chart);
  std::replace(text.begin(), text.end(), '`', '\'');
  return "```\n" + text + "```\n";
}

// A row as a block of its own, a line a cell.
std::string RecordsText(const PlainTable& table) {
  std::string text;
  for (const auto& row : table.rows) {
    if (row.empty()) continue;
    text += (text.empty() ? "" : "\n") + row.front() + "\n";
    Table cells({{""}, {""}});
    for (size_t i = 1; i < std::min(row.size(), table.columns.size()); ++i) {
      cells.AddRow({"  " + table.columns[i].title, row[i]});
    }
    const auto lines = cells.Text();
    text += lines.substr(lines.find('\n') + 1);  // without titles
  }
  return text;
}

struct TextWriter {
  std::string operator()(const Heading& heading) const {
    constexpr std::string_view kUnderlines = "=-~";
    const auto level = static_cast<size_t>(std::clamp(heading.level, 1, 3));
    return heading.text + "\n" + std::string(DisplayWidth(heading.text), kUnderlines[level - 1]) +
           "\n";
  }
  std::string operator()(const Paragraph& paragraph) const { return Wrapped(paragraph.text, ""); }
  std::string operator()(const List& list) const {
    std::string text;
    for (const auto& item : list.items) text += Wrapped("* " + item, "  ");
    return text;
  }
  std::string operator()(const BarChart& chart) const { return ChartText(chart); }
  std::string operator()(const DocumentTable& part) const {
    return (part.title.empty() ? "" : Wrapped(part.title, "")) +
           (part.has_prose ? RecordsText(part.table) : part.table.Text());
  }
};

struct MarkdownWriter {
  std::string operator()(const Heading& heading) const {
    return std::string(static_cast<size_t>(heading.level), '#') + " " +
           MarkdownEscaped(heading.text) + "\n";
  }
  std::string operator()(const Paragraph& paragraph) const {
    return MarkdownEscaped(paragraph.text) + "\n";
  }
  std::string operator()(const List& list) const {
    std::string text;
    for (const auto& item : list.items) text += "- " + MarkdownEscaped(item) + "\n";
    return text;
  }
  std::string operator()(const BarChart& chart) const { return MarkdownChart(chart); }
  std::string operator()(const DocumentTable& part) const {
    return (part.title.empty() ? "" : MarkdownEscaped(part.title) + "\n\n") +
           MarkdownTable(part.table);
  }
};

template <typename Writer>
std::string Written(const Document& document, const Writer& writer) {
  std::string text;
  for (const auto& part : document.parts) {
    text += (text.empty() ? "" : "\n") + std::visit(writer, part);
  }
  return text;
}

}  // namespace

std::string CaptionOf(const BarChart& chart, const std::string& sign) {
  if (!chart.mark) return chart.title;
  std::array<char, 32> mark{};
  std::snprintf(mark.data(), mark.size(), "%g", *chart.mark);
  return chart.title + "; " + sign + " is " + mark.data();
}

std::string WriteText(const Document& document) {
  return TerminalLines(Written(document, TextWriter()));
}

std::string WriteMarkdown(const Document& document) {
  return TerminalLines(Written(document, MarkdownWriter()));
}

}  // namespace hypergauge::cli
