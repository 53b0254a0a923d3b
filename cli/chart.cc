#include "cli/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>

#include "base/table.h"
#include "base/units.h"
#include "cli/canvas.h"
#include "cli/terminal_text.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 86'400;
constexpr size_t kLines = 2;

struct Scale {
  double low = 0;
  double high = 1;
  double step = 1;
};

// 1, 2 or 5 times a power of ten, not below `least`.
double NiceStep(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= least * 0.9999) return factor * power;
  }
  return 10 * power;
}

// Room for all figures. At least 4 % of them: noise shall not look like mountains, and three digits
// shall tell the ticks apart.
std::optional<Scale> ScaleOf(const Chart& chart, int rows) {
  constexpr double kLeastSpan = 0.04;
  constexpr int kRowsATick = 3;
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (const auto& line : chart.lines) {
    for (const auto& point : line.points) {
      if (!std::isfinite(point.value)) continue;
      low = std::min(low, point.value);
      high = std::max(high, point.value);
    }
  }
  if (low > high) return std::nullopt;
  const double middle = low / 2 + high / 2;
  double span = std::max(high - low, kLeastSpan * std::max(std::abs(low), std::abs(high)));
  if (!(span > 0) || !std::isfinite(span)) span = 1;
  const double step = NiceStep(span / std::max(1, rows / kRowsATick));
  low = std::min(low, middle - span / 2);
  high = std::max(high, middle + span / 2);
  return Scale{std::floor(low / step) * step, std::ceil(high / step) * step, step};
}

int64_t SpanOf(const Chart& chart) {
  return std::max<int64_t>(chart.until_unix_nanos - chart.since_unix_nanos, 1);
}

// 0 to 1 inside of the chart.
double ShareOf(const Chart& chart, int64_t at) {
  return static_cast<double>(at - chart.since_unix_nanos) / static_cast<double>(SpanOf(chart));
}

// Farther apart than this two points have nothing to do with each other. Runs come in groups: of
// the gaps between them the long ones count, but for the few that are longest.
int64_t WidestGap(const ChartLine& line) {
  constexpr int64_t kUsual = 3;
  constexpr size_t kTenths = 9;
  std::vector<int64_t> gaps;
  for (size_t i = 1; i < line.points.size(); ++i) {
    gaps.push_back(line.points[i].at_unix_nanos - line.points[i - 1].at_unix_nanos);
  }
  if (gaps.empty()) return 0;
  std::sort(gaps.begin(), gaps.end());
  return kUsual * gaps[(gaps.size() - 1) * kTenths / 10];
}

void DrawLine(const Chart& chart, size_t number, const Scale& scale, Canvas& canvas) {
  const auto& line = chart.lines[number];
  const int64_t widest_gap = WidestGap(line);
  const ChartPoint* last = nullptr;
  int last_x = 0;
  int last_y = 0;
  for (const auto& point : line.points) {
    if (!std::isfinite(point.value)) continue;
    const double up = (point.value - scale.low) / (scale.high - scale.low);
    const int x =
        static_cast<int>(std::lround(ShareOf(chart, point.at_unix_nanos) * (canvas.width() - 1)));
    const int y = static_cast<int>(std::lround(up * (canvas.height() - 1)));
    const bool joined = last != nullptr && point.at_unix_nanos - last->at_unix_nanos <= widest_gap;
    if (joined) {
      canvas.Join(last_x, last_y, x, y, number);
    } else {
      canvas.Dot(x, y, number);
    }
    last = &point;
    last_x = x;
    last_y = y;
  }
}

// By row from the top; empty where there is no tick.
std::vector<std::string> TickTexts(const Scale& scale, const std::string& unit, int rows) {
  std::vector<std::string> texts(static_cast<size_t>(rows));
  const auto ticks = static_cast<int>(std::lround((scale.high - scale.low) / scale.step));
  for (int tick = 0; tick <= ticks; ++tick) {
    const int from_bottom =
        static_cast<int>(std::lround(static_cast<double>(tick) / ticks * (rows - 1)));
    const double value = scale.low + tick * scale.step;
    // What should be 0 may be a rest of the arithmetic.
    const bool is_zero = std::abs(value) < scale.step / 1000;
    texts[static_cast<size_t>(rows - 1 - from_bottom)] = FormatFigure(is_zero ? 0 : value, unit);
  }
  return texts;
}

int ColumnOf(const Chart& chart, int64_t at, int columns) {
  return static_cast<int>(std::lround(ShareOf(chart, at) * (columns - 1)));
}

std::string TimeAxisText(const Chart& chart, int columns, const ChartLook& look) {
  std::vector<std::string> cells(static_cast<size_t>(columns), look.braille ? "─" : "-");
  for (const auto& mark : chart.marks) {
    const int column = ColumnOf(chart, mark.at_unix_nanos, columns);
    if (column < 0 || column >= columns) continue;
    const std::string letter(1, mark.letter);
    cells[static_cast<size_t>(column)] = look.colours ? Coloured(letter, mark.colour) : letter;
  }
  std::string text;
  for (const auto& cell : cells) text += cell;
  return text;
}

// Seconds east of Greenwich.
int64_t OffsetAt(int64_t unix_seconds) {
  const std::time_t time = unix_seconds;
  std::tm local{};
  localtime_r(&time, &local);
  return local.tm_gmtoff;
}

// The first of the times that people count in that is at least so long, in seconds.
int64_t TimeStep(int64_t least_seconds) {
  constexpr std::array<int64_t, 20> kSteps = {
      1,     2,     5,      10,     15,     30,   60,       120,      300,       600,
      1'800, 3'600, 10'800, 21'600, 43'200, kDay, 2 * kDay, 7 * kDay, 14 * kDay, 28 * kDay};
  for (const int64_t step : kSteps) {
    if (step >= least_seconds) return step;
  }
  return (least_seconds / (28 * kDay) + 1) * 28 * kDay;
}

std::string TimeText(int64_t unix_seconds, int64_t step) {
  const bool is_midnight = (unix_seconds + OffsetAt(unix_seconds)) % kDay == 0;
  const char* form = step >= kDay || is_midnight ? "%b %d" : step < 60 ? "%H:%M:%S" : "%H:%M";
  return FormatLocal(unix_seconds * kSecond, form);
}

// Texts under their moments, as many as have room.
std::string TimesText(const Chart& chart, int columns) {
  constexpr int kColumnsATick = 12;
  const int64_t since = chart.since_unix_nanos / kSecond;
  const int64_t until = chart.until_unix_nanos / kSecond;
  const int64_t step = TimeStep((until - since) * kColumnsATick / std::max(columns, 1) + 1);
  const int64_t offset = OffsetAt(since);
  std::string text;
  for (int64_t at = (since + offset + step - 1) / step * step - offset; at <= until; at += step) {
    // Where the clock was changed, the local time is what has to be round.
    const int64_t moment = at - (OffsetAt(at) - offset);
    const std::string tick = TimeText(moment, step);
    const int column = ColumnOf(chart, moment * kSecond, columns);
    const bool fits = column + static_cast<int>(tick.size()) <= columns;
    if (column < 0 || !fits || static_cast<size_t>(column) < text.size() + (text.empty() ? 0 : 1)) {
      continue;
    }
    text += std::string(static_cast<size_t>(column) - text.size(), ' ') + tick;
  }
  return text;
}

}  // namespace

std::string SampleOf(size_t line, const ChartLook& look) {
  return CellSample(std::min(line, kLines - 1), look.braille, look.colours);
}

std::string DrawChart(const Chart& chart, const ChartLook& look) {
  constexpr int kLeastColumns = 20;
  constexpr int kLeastRows = 3;
  const int rows = std::max(look.rows, kLeastRows);
  const auto scale = ScaleOf(chart, rows);
  if (!scale) return "";
  const auto ticks = TickTexts(*scale, chart.unit, rows);
  size_t tick_width = 0;
  for (const auto& tick : ticks) tick_width = std::max(tick_width, DisplayWidth(tick));
  // A blank and the axis stand between ticks and figures.
  const int columns =
      std::max(std::max(look.columns, kLeastColumns) - static_cast<int>(tick_width) - 2, 1);
  Canvas canvas(columns, rows, look.braille);
  for (size_t line = std::min(chart.lines.size(), kLines); line > 0; --line) {
    DrawLine(chart, line - 1, *scale, canvas);
  }
  std::string text;
  for (int row = 0; row < rows; ++row) {
    const auto& tick = ticks[static_cast<size_t>(row)];
    const char* axis = look.braille ? (tick.empty() ? " │" : " ┤") : (tick.empty() ? " |" : " +");
    std::string line = Fitted(tick, tick_width, true) + axis + canvas.Row(row, look.colours);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  const std::string margin(tick_width + 1, ' ');
  text += margin + (look.braille ? "└" : "+") + TimeAxisText(chart, columns, look) + "\n";
  return text + margin + " " + TimesText(chart, columns) + "\n";
}

}  // namespace hypergauge::cli
