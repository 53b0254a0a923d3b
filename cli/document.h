#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/comparison_text.h"

/// A report as what it says, apart from how it is written. Texts are plain; the writers escape.
namespace hypergauge::cli {

struct Heading {
  int level = 2;  ///< 1 for the title, 2 and 3 below it
  std::string text;
};

struct Paragraph {
  std::string text;
};

struct List {
  std::vector<std::string> items;
};

/// Horizontal bars from 0, with whiskers where there is an interval.
struct BarChart {
  struct Bar {
    std::string label;
    double value = 0;
    double low = 0;  ///< both 0 for none
    double high = 0;
    std::string text;  ///< what stands behind the bar
  };
  std::string title;
  std::vector<Bar> bars;
  std::optional<double> mark;  ///< a line across all bars, such as a ratio of 1
};

/// The chart's title and what its mark is: "Time; | is 1". `sign`: how the mark is drawn.
[[nodiscard]] std::string CaptionOf(const BarChart& chart, const std::string& sign);

struct DocumentTable {
  std::string title;
  PlainTable table;
  bool has_prose = false;  ///< cells of many words, too wide for a line of text
};

using DocumentPart = std::variant<Heading, Paragraph, List, BarChart, DocumentTable>;

struct Document {
  std::vector<DocumentPart> parts;
};

/// For a terminal or a mail: headings underlined, bars of characters.
[[nodiscard]] std::string WriteText(const Document& document);

/// CommonMark with tables as GitHub has them.
[[nodiscard]] std::string WriteMarkdown(const Document& document);

/// One page that needs nothing else: style and charts (SVG) inside, light and dark, no script.
[[nodiscard]] std::string WriteHtml(const Document& document);

}  // namespace hypergauge::cli
