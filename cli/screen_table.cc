#include "cli/screen_table.h"

#include <algorithm>
#include <numeric>

#include "base/table.h"
#include "cli/terminal_text.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kGap = 2;  // blanks between columns

size_t TotalOf(const std::vector<size_t>& widths) {
  const size_t gaps = widths.empty() ? 0 : kGap * (widths.size() - 1);
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

// The columns that stay, by number.
std::vector<size_t> Chosen(const std::vector<ScreenColumn>& columns, size_t width) {
  std::vector<size_t> chosen(columns.size());
  std::iota(chosen.begin(), chosen.end(), 0);
  while (chosen.size() > 1) {
    std::vector<size_t> least;
    least.reserve(chosen.size());
    for (const size_t i : chosen) least.push_back(columns[i].least);
    if (TotalOf(least) <= width) break;
    const auto last = std::max_element(chosen.begin(), chosen.end(), [&](size_t a, size_t b) {
      return columns[a].rank < columns[b].rank;
    });
    chosen.erase(last);
  }
  return chosen;
}

size_t NaturalWidth(const ScreenColumn& column, const std::vector<std::vector<std::string>>& rows,
                    size_t number) {
  size_t width = DisplayWidth(column.title);
  for (const auto& row : rows) width = std::max(width, DisplayWidth(row[number]));
  return width;
}

// Takes from the widest until all fit.
void Narrow(const std::vector<size_t>& least, size_t width, std::vector<size_t>& widths) {
  while (TotalOf(widths) > width) {
    size_t widest = widths.size();
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= least[i]) continue;
      if (widest == widths.size() || widths[i] - least[i] > widths[widest] - least[widest]) {
        widest = i;
      }
    }
    if (widest == widths.size()) return;
    --widths[widest];
  }
}

}  // namespace

std::vector<std::string> FitTable(const std::vector<ScreenColumn>& columns,
                                  const std::vector<std::vector<std::string>>& rows, size_t width) {
  const auto chosen = Chosen(columns, width);
  std::vector<size_t> least;
  std::vector<size_t> widths;
  for (const size_t i : chosen) {
    least.push_back(columns[i].least);
    widths.push_back(std::min(NaturalWidth(columns[i], rows, i), width));
  }
  Narrow(least, width, widths);
  const auto line_of = [&](const auto& cell_of) {
    std::string line;
    for (size_t i = 0; i < chosen.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      line += Fitted(cell_of(chosen[i]), widths[i], columns[chosen[i]].right);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return Clipped(line, width);
  };
  std::vector<std::string> lines = {line_of([&](size_t i) { return columns[i].title; })};
  for (const auto& row : rows) lines.push_back(line_of([&](size_t i) { return row[i]; }));
  return lines;
}

}  // namespace hypergauge::cli
