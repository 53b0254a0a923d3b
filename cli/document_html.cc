#include <algorithm>
#include <array>
#include <cstdio>

#include "base/html.h"
#include "base/table.h"
#include "base/text_format.h"
#include "cli/document.h"

namespace hypergauge::cli {
namespace {

constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --ink: #1c2430; --paper: #ffffff; --soft: #5b6675;
  --line: #d5dbe3; --bar: #8db0e2; --whisker: #1c2430; --mark: #b3372f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e9ef; --paper: #14181f; --soft: #9aa5b4;
  --line: #333c49; --bar: #3f6cae; --whisker: #e5e9ef; --mark: #ef7d74; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.9rem; line-height: 1.2; } h2 { margin-top: 2.5rem; font-size: 1.35rem;
  border-bottom: 1px solid var(--line); padding-bottom: .3rem; } h3 { margin-top: 1.75rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { padding: .3rem .75rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
th, td { white-space: nowrap; } .right { text-align: right; }
.prose td { white-space: normal; min-width: 7rem; }
figure { margin: 1rem 0; } figcaption { color: var(--soft); font-size: .875rem; }
svg { width: 100%; max-width: 54rem; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); paint-order: stroke;
  stroke: var(--paper); stroke-width: 3px; }
)css";

constexpr int kRow = 26;
constexpr int kLabel = 190;
constexpr int kPlot = 400;
// With room for "55.869 [50.120, 60.340] (not ranked)" behind the longest bar.
constexpr int kWidth = 860;

// Also safe inside of attributes. What is not UTF-8 becomes U+FFFD.
std::string Escaped(const std::string& text) {
  return IsUtf8(text) ? EscapeHtml(text) : "\xEF\xBF\xBD";
}

std::string Number(double value) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string Line(double x, double from, double to, const char* colour, const char* more) {
  return "<line x1=\"" + Number(x) + "\" x2=\"" + Number(x) + "\" y1=\"" + Number(from) +
         "\" y2=\"" + Number(to) + "\" stroke=\"var(" + colour + ")\"" + more + "/>";
}

std::string Text(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" text-anchor=\"" + anchor + "\">" +
         Escaped(text) + "</text>";
}

// Longer labels would run into the bars; the table beside the chart has them in full.
std::string Shortened(const std::string& text) {
  constexpr size_t kMost = 26;
  if (DisplayWidth(text) <= kMost) return text;
  std::string out;
  size_t width = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80 && ++width >= kMost) break;
    out += c;
  }
  return out + "…";
}

std::string Whisker(double low, double high, double middle) {
  const std::string y = Number(middle);
  return "<line x1=\"" + Number(low) + "\" x2=\"" + Number(high) + "\" y1=\"" + y + "\" y2=\"" + y +
         "\" stroke=\"var(--whisker)\"/>" + Line(low, middle - 4, middle + 4, "--whisker", "") +
         Line(high, middle - 4, middle + 4, "--whisker", "");
}

std::string Svg(const BarChart& chart) {
  double most = chart.mark.value_or(0);
  for (const auto& bar : chart.bars) most = std::max({most, bar.value, bar.high});
  const auto x = [&](double value) {
    return kLabel + (most > 0 ? kPlot * std::clamp(value / most, 0.0, 1.0) : 0);
  };
  const double height = kRow * static_cast<double>(chart.bars.size()) + 8;
  std::string svg = "<svg role=\"img\" aria-label=\"" + Escaped(chart.title) + "\" viewBox=\"0 0 " +
                    std::to_string(kWidth) + " " + Number(height) + "\">";
  std::string texts;  // above the mark's line
  double top = 4;
  for (const auto& bar : chart.bars) {
    const double middle = top + kRow / 2.0;
    texts += Text(kLabel - 8, middle + 4.5, "end", Shortened(bar.label));
    svg += "<rect x=\"" + std::to_string(kLabel) + "\" y=\"" + Number(top + 4) + "\" width=\"" +
           Number(x(bar.value) - kLabel) + "\" height=\"" + Number(kRow - 8) +
           "\" rx=\"2\" fill=\"var(--bar)\"/>";
    if (bar.high > 0) svg += Whisker(x(bar.low), x(bar.high), middle);
    texts += Text(x(std::max(bar.value, bar.high)) + 8, middle + 4.5, "start", bar.text);
    top += kRow;
  }
  if (chart.mark) {
    svg +=
        Line(x(*chart.mark), 0, height, "--mark", " stroke-width=\"1.5\" stroke-dasharray=\"4 3\"");
  }
  return svg + texts + "</svg>";
}

std::string Cell(const char* tag, bool right, const std::string& text) {
  return std::string("<") + tag + (right ? " class=\"right\">" : ">") + Escaped(text) + "</" + tag +
         ">";
}

struct HtmlWriter {
  std::string operator()(const Heading& heading) const {
    const std::string tag = "h" + std::to_string(heading.level);
    return "<" + tag + ">" + Escaped(heading.text) + "</" + tag + ">\n";
  }
  std::string operator()(const Paragraph& paragraph) const {
    return "<p>" + Escaped(paragraph.text) + "</p>\n";
  }
  std::string operator()(const List& list) const {
    std::string html = "<ul>\n";
    for (const auto& item : list.items) html += "<li>" + Escaped(item) + "</li>\n";
    return html + "</ul>\n";
  }
  std::string operator()(const BarChart& chart) const {
    return "<figure>" + Svg(chart) + "<figcaption>" + Escaped(CaptionOf(chart, "the dashed line")) +
           "</figcaption></figure>\n";
  }
  std::string operator()(const DocumentTable& part) const {
    std::string html = "<div class=\"scroll\" tabindex=\"0\">";
    html += part.has_prose ? "<table class=\"prose\">" : "<table>";
    if (!part.title.empty()) html += "<caption>" + Escaped(part.title) + "</caption>";
    html += "<thead><tr>";
    for (const auto& column : part.table.columns) html += Cell("th", column.right, column.title);
    html += "</tr></thead>\n<tbody>\n";
    for (const auto& row : part.table.rows) {
      html += "<tr>";
      for (size_t i = 0; i < part.table.columns.size(); ++i) {
        html += Cell("td", part.table.columns[i].right, i < row.size() ? row[i] : "");
      }
      html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
  }
};

std::string TitleOf(const Document& document) {
  for (const auto& part : document.parts) {
    if (const auto* heading = std::get_if<Heading>(&part)) return heading->text;
  }
  return "hypergauge";
}

}  // namespace

std::string WriteHtml(const Document& document) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\">\n<title>" +
      Escaped(TitleOf(document)) + "</title>\n<style>" + kStyle + "</style></head>\n<body>\n";
  for (const auto& part : document.parts) html += std::visit(HtmlWriter(), part);
  return html + "</body></html>\n";
}

}  // namespace hypergauge::cli
