#include "cli/history_text.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/statistics.h"
#include "base/table.h"
#include "base/units.h"
#include "cli/chart.h"
#include "cli/records.h"
#include "cli/regressions_text.h"
#include "cli/terminal_text.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kMostMarks = 6;  // that are told below a chart
constexpr const char* kMoment = "%b %d %H:%M";

// What is drawn as one line, whatever its segments.
using Key = std::tuple<std::string, std::string, std::string, std::string>;

struct Drawn {
  const v1::HistorySeries* first = nullptr;
  ChartLine line;
  std::vector<int64_t> new_segments;  // when another version of the benchmark began
  uint64_t runs = 0;
};

struct Told {
  ChartMark mark;
  std::string text;
};

Key KeyOf(const v1::HistorySeries& series) {
  return {series.benchmark(), series.suite(), series.family(), LabelsText(series.labels())};
}

std::map<Key, Drawn> LinesOf(const v1::GetHistoryResponse& figures, const std::string& node) {
  std::map<Key, Drawn> lines;
  for (const auto& series : figures.series()) {
    if (series.node() != node || series.points().empty()) continue;
    auto& drawn = lines[KeyOf(series)];
    if (drawn.first == nullptr) {
      drawn.first = &series;
    } else {
      drawn.new_segments.push_back(series.points(0).at_unix_nanos());
    }
    for (const auto& point : series.points()) {
      drawn.line.points.push_back({point.at_unix_nanos(), point.value()});
      drawn.runs += point.runs();
    }
  }
  for (auto& [key, drawn] : lines) {
    std::stable_sort(
        drawn.line.points.begin(), drawn.line.points.end(),
        [](const ChartPoint& a, const ChartPoint& b) { return a.at_unix_nanos < b.at_unix_nanos; });
  }
  return lines;
}

bool Shows(const v1::Regression& regression, const v1::HistorySeries& series) {
  if (regression.benchmark() == series.benchmark() && regression.suite() == series.suite() &&
      regression.subject() == series.node()) {
    return true;
  }
  return std::any_of(regression.children().begin(), regression.children().end(),
                     [&](const v1::AffectedSeries& child) {
                       return child.node() == series.node() &&
                              child.benchmark() == series.benchmark() &&
                              child.suite() == series.suite();
                     });
}

// Those that are in the chart, oldest first.
std::vector<Told> MarksOf(const HistoryView& view, const Drawn& drawn) {
  std::vector<Told> told;
  const auto add = [&](int64_t at, char letter, Colour colour, std::string text) {
    if (at < view.figures.since_unix_nanos() || at >= view.figures.until_unix_nanos()) return;
    told.push_back({{at, letter, colour}, std::move(text)});
  };
  for (const auto& epoch : view.epochs.environments()) {
    add(epoch.began_unix_nanos(), 'E', Colour::kYellow, "environment: " + EnvironmentText(epoch));
  }
  for (const auto& epoch : view.epochs.placements()) {
    add(epoch.began_unix_nanos(), 'P', Colour::kYellow, "placement: " + PlacementText(epoch));
  }
  for (const int64_t at : drawn.new_segments) {
    add(at, 'V', Colour::kYellow, "another version of the benchmark: not to be compared across");
  }
  for (const auto& regression : view.regressions) {
    if (!Shows(regression, *drawn.first)) continue;
    const auto state = EnumWord(v1::Regression::State_Name(regression.state()), "STATE_");
    add(regression.onset_unix_nanos(), 'R', Colour::kRed,
        "regression " + std::to_string(regression.id()) + " (" + state +
            "): " + EffectText(regression.effect_ratio()) +
            (regression.cause().empty() ? "" : ", " + regression.cause()));
  }
  // Of those in one column the last is seen: regressions.
  std::stable_sort(told.begin(), told.end(), [](const Told& a, const Told& b) {
    return a.mark.at_unix_nanos < b.mark.at_unix_nanos;
  });
  return told;
}

std::string SummaryText(const Drawn& drawn) {
  std::vector<double> values;
  for (const auto& point : drawn.line.points) values.push_back(point.value);
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  const auto& unit = drawn.first->unit();
  std::string text = "median " + FormatFigure(Median(values).value_or(0), unit) + ", " +
                     FormatFigure(*least, unit) + " to " + FormatFigure(*greatest, unit) + ", " +
                     std::to_string(drawn.runs) + (drawn.runs == 1 ? " clean run" : " clean runs");
  if (drawn.first->direction() == v1::DIRECTION_LOWER_IS_BETTER) text += ", lower is better";
  if (drawn.first->direction() == v1::DIRECTION_HIGHER_IS_BETTER) text += ", higher is better";
  return text;
}

std::string TitleText(const v1::HistorySeries& series) {
  std::string text = series.node() + "  " + series.benchmark() + " (" + series.suite() + ")";
  const std::string labels = LabelsText(series.labels());
  return labels.empty() ? text : text + "  " + labels;
}

std::string MarksText(const std::vector<Told>& told, const ChartLook& look) {
  std::string text;
  const size_t left_out = told.size() - std::min(told.size(), kMostMarks);
  if (left_out > 0) text += "  " + std::to_string(left_out) + " earlier ones are not listed\n";
  for (size_t i = left_out; i < told.size(); ++i) {
    const auto& [mark, what] = told[i];
    const std::string letter(1, mark.letter);
    const std::string line = FormatLocal(mark.at_unix_nanos, kMoment) + "  " + TerminalText(what);
    text += "  " + (look.colours ? Coloured(letter, mark.colour) : letter) + "  " +
            Clipped(line, static_cast<size_t>(std::max(look.columns - 5, 20))) + "\n";
  }
  return text;
}

std::string LegendLine(size_t line, const std::string& node, const std::string& summary,
                       const ChartLook& look) {
  constexpr int kMargin = 5;
  const auto width = static_cast<size_t>(std::max(look.columns - kMargin, kMargin));
  const std::string name = Clipped(TerminalText(node), width / 2);
  const std::string text = summary.empty() ? name : name + ": " + summary;
  return "  " + SampleOf(line, look) + "  " + Clipped(text, width) + "\n";
}

std::string ChartText(const HistoryView& view, const Drawn& node, const Drawn* host,
                      const ChartLook& look) {
  const auto& series = *node.first;
  const auto width = static_cast<size_t>(look.columns);
  const auto told = MarksOf(view, node);
  Chart chart{.unit = series.unit(),
              .since_unix_nanos = view.figures.since_unix_nanos(),
              .until_unix_nanos = view.figures.until_unix_nanos(),
              .lines = {node.line},
              .marks = {}};
  if (host != nullptr) chart.lines.push_back(host->line);
  for (const auto& each : told) chart.marks.push_back(each.mark);
  std::string text = Clipped(TerminalText(TitleText(series)), width) + "\n" +
                     Clipped(SummaryText(node), width) + "\n" + DrawChart(chart, look);
  if (host != nullptr) {
    text += LegendLine(0, view.node, "", look);
    text += LegendLine(1, view.host, SummaryText(*host), look);
  }
  return text + MarksText(told, look);
}

ChartLook LookOf(const Terminal& terminal, size_t charts, bool ascii) {
  constexpr int kBeside = 9;  // lines of text around the figures
  constexpr int kLeastRows = 5;
  constexpr int kMostRows = 16;
  constexpr int kMostRowsOfMany = 10;
  constexpr int kMostColumns = 500;
  const int most = charts > 1 ? kMostRowsOfMany : kMostRows;
  return {.columns = std::clamp(terminal.width, 20, kMostColumns),
          .rows = std::clamp(terminal.height - kBeside, kLeastRows, most),
          .braille = terminal.utf8 && !ascii,
          .colours = terminal.colours};
}

}  // namespace

Listing HistoryListing(const v1::GetHistoryResponse& figures) {
  Listing listing({{"TIME", "time"},
                   {"NODE", "node"},
                   {"BENCHMARK", "benchmark"},
                   {"SUITE", "suite"},
                   {"", "family"},
                   {"LABELS", "labels"},
                   {"FIGURE", "value", true},
                   {"LEAST", "least", true},
                   {"GREATEST", "greatest", true},
                   {"RUNS", "runs", true},
                   {"", "unit"},
                   {"", "segment"}},
                  "no clean runs in this time");
  for (const auto& series : figures.series()) {
    const std::string labels = LabelsText(series.labels());
    const auto figure = [&](double value) {
      return NumberCell(FormatFigure(value, series.unit()), value);
    };
    for (const auto& point : series.points()) {
      listing.AddRow({MomentCell(point.at_unix_nanos()), series.node(), series.benchmark(),
                      series.suite(), series.family(), OptionalCell(labels), figure(point.value()),
                      figure(point.least()), figure(point.greatest()), std::to_string(point.runs()),
                      series.unit(), series.segment()});
    }
  }
  return listing;
}

std::string HistoryCharts(const HistoryView& view, const Terminal& terminal, bool ascii) {
  const auto of_node = LinesOf(view.figures, view.node);
  const auto of_host = LinesOf(view.figures, view.host);
  if (of_node.empty()) {
    return "no clean runs in this time, from " + FormatMoment(view.figures.since_unix_nanos()) +
           " to " + FormatMoment(view.figures.until_unix_nanos()) + "\n";
  }
  const auto look = LookOf(terminal, of_node.size(), ascii);
  std::string text;
  for (const auto& [key, drawn] : of_node) {
    const auto host = of_host.find(key);
    text += ChartText(view, drawn, host == of_host.end() ? nullptr : &host->second, look) + "\n";
  }
  text += "times in " + FormatLocal(view.figures.until_unix_nanos(), "%Z (UTC%z)") + "\n";
  if (view.figures.left_out() > 0) {
    text += std::to_string(view.figures.left_out()) + " series were left out: ask for fewer\n";
  }
  return text;
}

}  // namespace hypergauge::cli
