#include "cli/timeline.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "base/table.h"
#include "cli/terminal_text.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kLatest = 4'000'000'000 * kSecond;  // the year 2096: sums with it fit 64 bits

// What shows over what, the last first.
enum Block { kNone, kPlanned, kDone, kMeasuring, kCutShort, kLost };
constexpr size_t kBlocks = 6;

// cut short: refused, broken off or taken back; lost: expired too.
struct Look {
  const char* utf8;
  const char* ascii;
  const char* colour;
  const char* meaning;
};

constexpr std::array<Look, kBlocks> kLooks = {{
    {" ", " ", "", ""},
    {"░", ".", "\x1b[2m", "planned"},
    {"█", "#", "\x1b[32m", "done"},
    {"▓", "=", "\x1b[36m", "measuring"},
    {"▒", "-", "\x1b[33m", "cut short"},
    {"×", "x", "\x1b[31m", "lost"},
}};

using Row = std::vector<Block>;

std::string Drawn(Block block, size_t times, const Terminal& terminal) {
  const auto& look = kLooks[block];
  std::string text;
  for (size_t i = 0; i < times; ++i) text += terminal.utf8 ? look.utf8 : look.ascii;
  if (terminal.colours && *look.colour != '\0') return look.colour + text + "\x1b[0m";
  return text;
}

int64_t UntilOf(const TimeAxis& axis) {
  return axis.now_unix_nanos + axis.future * axis.column_nanos;
}

// Of a moment that is on the axis.
size_t ColumnOf(const TimeAxis& axis, int64_t at) {
  const int64_t column = at < axis.now_unix_nanos
                             ? (at - axis.from_unix_nanos) / axis.column_nanos
                             : axis.past + 1 + (at - axis.now_unix_nanos) / axis.column_nanos;
  return static_cast<size_t>(column);
}

void Paint(const TimeAxis& axis, int64_t begin, int64_t end, Block block, Row& row) {
  begin = std::max(begin, axis.from_unix_nanos);
  end = std::min(end, UntilOf(axis));
  if (begin >= end) return;
  const size_t last = ColumnOf(axis, end - 1);
  for (size_t i = ColumnOf(axis, begin); i <= last; ++i) row[i] = std::max(row[i], block);
}

Block BlockOf(v1::LeaseRecord::Outcome outcome) {
  switch (outcome) {
    case v1::LeaseRecord::OUTCOME_COMPLETED:
      return kDone;
    case v1::LeaseRecord::OUTCOME_EXPIRED:
    case v1::LeaseRecord::OUTCOME_LOST:
      return kLost;
    default:
      return kCutShort;
  }
}

void Paint(const TimeAxis& axis, const v1::LeaseRecord& lease, Row& row) {
  const bool lasts = lease.ended_unix_nanos() == 0;
  const int64_t end =
      lasts ? axis.now_unix_nanos : std::min(lease.ended_unix_nanos(), axis.now_unix_nanos);
  // One that began this very moment is seen too.
  const int64_t begin = std::clamp<int64_t>(lease.start_unix_nanos(), 0, axis.now_unix_nanos - 1);
  Paint(axis, begin, std::max(end, begin + 1), lasts ? kMeasuring : BlockOf(lease.outcome()), row);
}

void Paint(const TimeAxis& axis, const v1::PlannedTurn& turn, Row& row) {
  const int64_t begin = std::clamp(turn.start_unix_nanos(), axis.now_unix_nanos, kLatest);
  Paint(axis, begin, std::max(std::min(turn.end_unix_nanos(), kLatest), begin + 1), kPlanned, row);
}

// Rows in the order in which they are shown.
class Rows {
 public:
  Rows(const v1::HostSchedule& host, const TimeAxis& axis)
      : width_(static_cast<size_t>(axis.past + 1 + axis.future)) {
    for (const auto& node : host.nodes()) RowOf(node);
    for (const auto& lease : host.leases()) {
      const bool peer_is_here = !lease.peer().empty() && Has(lease.peer());
      if (peer_is_here) Paint(axis, lease, RowOf(lease.peer()));
      if (!peer_is_here || Has(lease.node())) Paint(axis, lease, RowOf(lease.node()));
    }
    for (const auto& turn : host.planned()) Paint(axis, turn, RowOf(turn.node()));
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const Row& of(const std::string& name) const { return rows_.at(name); }

 private:
  [[nodiscard]] bool Has(const std::string& name) const { return rows_.contains(name); }

  Row& RowOf(const std::string& name) {
    const auto [found, is_new] = rows_.try_emplace(name, width_, kNone);
    if (is_new) names_.push_back(name);
    return found->second;
  }

  const size_t width_;
  std::vector<std::string> names_;
  std::map<std::string, Row> rows_;
};

std::string RowText(const Row& row, const TimeAxis& axis, const Terminal& terminal) {
  const auto now = static_cast<size_t>(axis.past);
  std::string text;
  for (size_t begin = 0; begin < row.size();) {
    if (begin == now) {
      text += '|';
      ++begin;
      continue;
    }
    size_t end = begin;
    while (end < row.size() && end != now && row[end] == row[begin]) ++end;
    text += Drawn(row[begin], end - begin, terminal);
    begin = end;
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// The first of the times that people count in whose steps are at least so far apart.
int64_t StepOf(int64_t least_nanos) {
  constexpr int64_t kDay = 86'400;
  constexpr std::array<int64_t, 17> kSteps = {1,      5,      10,     30,    60,      120,
                                              300,    600,    900,    1'800, 3'600,   7'200,
                                              10'800, 21'600, 43'200, kDay,  7 * kDay};
  for (const int64_t step : kSteps) {
    if (step * kSecond >= least_nanos) return step * kSecond;
  }
  return (least_nanos / (7 * kDay * kSecond) + 1) * 7 * kDay * kSecond;
}

std::string TickText(int64_t at, int64_t step) {
  // 2026-11-23T20:30:12Z
  const std::string moment = FormatMoment(std::max<int64_t>(at, 1));
  if (step >= 86'400 * kSecond) return moment.substr(5, 5);
  return moment.substr(11, step < 60 * kSecond ? 8 : 5);
}

std::string Ticks(const TimeAxis& axis) {
  constexpr int64_t kColumnsApart = 11;
  const int64_t step = StepOf(kColumnsApart * axis.column_nanos);
  std::string line(static_cast<size_t>(axis.past + 1 + axis.future), ' ');
  line[static_cast<size_t>(axis.past)] = '|';
  for (int64_t at = (axis.from_unix_nanos + step - 1) / step * step; at < UntilOf(axis);
       at += step) {
    const std::string text = TickText(at, step);
    const size_t column = ColumnOf(axis, at);
    if (column + text.size() > line.size()) break;
    if (line.find_first_not_of(' ', column) >= column + text.size()) {
      line.replace(column, text.size(), text);
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

TimeAxis AxisOf(int64_t from_unix_nanos, int64_t now_unix_nanos, int columns) {
  constexpr int kLeastColumns = 10;
  constexpr int kMostColumns = 10'000;
  columns = std::clamp(columns, kLeastColumns, kMostColumns);
  TimeAxis axis;
  axis.future = columns / 4;
  axis.past = columns - 1 - axis.future;
  axis.now_unix_nanos = std::clamp<int64_t>(now_unix_nanos, axis.past * kSecond, kLatest);
  const int64_t latest_from = axis.now_unix_nanos - axis.past * kSecond;  // a second a column
  const int64_t from = std::clamp<int64_t>(from_unix_nanos, 0, latest_from);
  axis.column_nanos = (axis.now_unix_nanos - from + axis.past - 1) / axis.past;
  axis.from_unix_nanos = from;
  return axis;
}

std::string HostTimeline(const v1::HostSchedule& host, const TimeAxis& axis, size_t name_columns,
                         const Terminal& terminal) {
  constexpr size_t kIndent = 2;
  name_columns = std::max(name_columns, kIndent + 1);
  std::string text = Fitted(TerminalText(host.host()), name_columns) + " " + Ticks(axis) + "\n";
  const Rows rows(host, axis);
  for (const auto& name : rows.names()) {
    text += "  " + Fitted(TerminalText(name), name_columns - kIndent) + " " +
            RowText(rows.of(name), axis, terminal) + "\n";
  }
  return text;
}

std::string TimelineLegend(const Terminal& terminal) {
  std::string text;
  for (const Block block : {kDone, kMeasuring, kCutShort, kLost, kPlanned}) {
    text += Drawn(block, 1, terminal) + " " + kLooks[block].meaning + "  ";
  }
  return text + "| now\n";
}

}  // namespace hypergauge::cli
