#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/terminal.h"

/// Figures over time as characters. Pure functions, but for the time zone of the user.
namespace hypergauge::cli {

struct ChartPoint {
  int64_t at_unix_nanos = 0;
  double value = 0;
};

/// Points oldest first; those that stand far apart are not joined.
struct ChartLine {
  std::vector<ChartPoint> points;
};

/// Something that happened, as a letter on the axis of time.
struct ChartMark {
  int64_t at_unix_nanos = 0;
  char letter = 'E';
  Colour colour = Colour::kYellow;
};

struct Chart {
  std::string unit;  ///< base unit, as FormatFigure takes it
  int64_t since_unix_nanos = 0;
  int64_t until_unix_nanos = 0;
  /// The first one is what it is about, drawn over the others. At most two are told apart.
  std::vector<ChartLine> lines;
  std::vector<ChartMark> marks;
};

/// How a chart is drawn: `columns` for all of it, `rows` for the figures alone.
struct ChartLook {
  int columns = 80;
  int rows = 10;
  bool braille = true;  ///< else ASCII
  bool colours = false;
};

/// What stands for a line in the chart, for its legend.
[[nodiscard]] std::string SampleOf(size_t line, const ChartLook& look);

/// The figures with their axis to the left, the axis of time with marks, and a line of local times.
/// At least 20 columns and 3 rows.
[[nodiscard]] std::string DrawChart(const Chart& chart, const ChartLook& look);

}  // namespace hypergauge::cli
