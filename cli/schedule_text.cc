#include "cli/schedule_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "base/table.h"
#include "base/units.h"
#include "cli/terminal_text.h"
#include "cli/timeline.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kMostNameColumns = 24;
constexpr size_t kIndent = 2;

std::string In(const char* colour, const std::string& text, const Terminal& terminal) {
  return terminal.colours ? colour + text + "\x1b[0m" : text;
}
std::string Yellow(const std::string& text, const Terminal& terminal) {
  return In("\x1b[33m", text, terminal);
}
std::string Red(const std::string& text, const Terminal& terminal) {
  return In("\x1b[31m", text, terminal);
}

// ": reason", where there is one.
std::string Because(const std::string& reason) {
  const std::string text = TerminalText(reason);
  return text.empty() ? "" : ": " + text;
}

std::string PausesText(const v1::GetScheduleResponse& schedule, const Terminal& terminal) {
  std::string text;
  for (const auto& pause : schedule.pauses()) {
    const std::string what =
        pause.host().empty() ? "all hosts are" : TerminalText(pause.host()) + " is";
    const std::string until =
        pause.until_unix_nanos() == 0 ? "" : " until " + FormatMoment(pause.until_unix_nanos());
    text += Yellow(what + " paused since " + FormatMoment(pause.began_unix_nanos()) + until +
                       Because(pause.reason()),
                   terminal) +
            "\n";
  }
  return text;
}

size_t NameColumns(const v1::GetScheduleResponse& schedule) {
  size_t columns = 0;
  for (const auto& host : schedule.hosts()) {
    columns = std::max(columns, DisplayWidth(host.host()));
    for (const auto& node : host.nodes()) columns = std::max(columns, kIndent + DisplayWidth(node));
    for (const auto& lease : host.leases()) {
      columns = std::max(columns, kIndent + DisplayWidth(lease.node()));
    }
  }
  return std::min(columns, kMostNameColumns);
}

std::string Percent(double ratio) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", std::clamp(ratio, 0.0, 1.0) * 100);
  return text.data();
}

// A line of words, and where a terminal is too narrow for it more of them.
std::string Line(const std::string& words, const Terminal& terminal) {
  const auto width = static_cast<size_t>(std::max(terminal.width, 1));
  std::string text;
  std::string line = "  " + words;
  while (terminal.is_terminal && DisplayWidth(line) > width) {
    const size_t first_word = line.find_first_not_of(' ');
    size_t end = std::string::npos;  // of what fits, or of the one word that does not
    for (size_t blank = line.find(' ', first_word); blank != std::string::npos;
         blank = line.find(' ', blank + 1)) {
      if (end != std::string::npos && DisplayWidth(line.substr(0, blank)) > width) break;
      end = blank;
    }
    if (end == std::string::npos) break;
    text += line.substr(0, end) + "\n";
    line = "    " + line.substr(end + 1);
  }
  return text + line + "\n";
}

std::string IntervalText(const v1::IntervalArithmetic& interval, const Terminal& terminal) {
  const std::string next = interval.next_unix_nanos() == 0
                               ? "has no next round"
                               : "next at " + FormatMoment(interval.next_unix_nanos());
  return Line(TerminalText(interval.plan()) + " " + next + Because(interval.text()), terminal);
}

std::string OccupancyText(const v1::HostSchedule& host, const Terminal& terminal) {
  return Line("locked " + Percent(host.utilisation_ratio()) + " of the last hour; today " +
                  FormatFigure(host.cpu_seconds_today(), "seconds") + " of CPU, " +
                  FormatFigure(static_cast<double>(host.bytes_written_today()), "bytes") +
                  " written, " +
                  FormatFigure(static_cast<double>(host.bytes_sent_today()), "bytes") + " sent",
              terminal);
}

std::string HostText(const v1::HostSchedule& host, const TimeAxis& axis, size_t name_columns,
                     const Terminal& terminal) {
  std::string text = HostTimeline(host, axis, name_columns, terminal);
  for (const auto& interval : host.intervals()) text += IntervalText(interval, terminal);
  if (!host.held_by().empty()) {
    text += Yellow(Line("nothing is granted here now (" + TerminalText(host.held_by()) + ")" +
                            Because(host.held_reason()),
                        terminal),
                   terminal);
  }
  return text + OccupancyText(host, terminal);
}

using Counts = google::protobuf::Map<std::string, uint64_t>;

bool Any(const Counts& counts) {
  return std::any_of(counts.begin(), counts.end(),
                     [](const auto& each) { return each.second > 0; });
}

std::string CountsText(const char* what, const Counts& counts) {
  const std::map<std::string, uint64_t> sorted(counts.begin(), counts.end());
  std::string text;
  for (const auto& [reason, count] : sorted) {
    if (count == 0) continue;
    text += (text.empty() ? " " : ", ") + TerminalText(reason) + " " + std::to_string(count);
  }
  return std::string("  ") + what + (text.empty() ? " none" : text) + "\n";
}

std::string TotalsText(const v1::GetScheduleResponse& schedule, const Terminal& terminal) {
  std::string text =
      "since the aggregator started\n  leases     " + std::to_string(schedule.granted()) + "\n";
  text += CountsText("deferred  ", schedule.deferred());
  const std::string missed = CountsText("missed    ", schedule.missed());
  text += Any(schedule.missed()) ? Yellow(missed, terminal) : missed;
  text += CountsText("pre-empted", schedule.preempted());
  text += CountsText("expired   ", schedule.expired());
  const std::string collisions = "  collisions " + std::to_string(schedule.collisions()) + "\n";
  return text + (schedule.collisions() > 0 ? Red(collisions, terminal) : collisions);
}

}  // namespace

std::string ScheduleText(const v1::GetScheduleResponse& schedule, int64_t since_unix_nanos,
                         const Terminal& terminal) {
  const size_t name_columns = NameColumns(schedule);
  const int columns = terminal.width - static_cast<int>(name_columns) - 1;
  const auto axis = AxisOf(since_unix_nanos, schedule.now_unix_nanos(), columns);
  std::string text = PausesText(schedule, terminal);
  if (schedule.hosts().empty()) return text + "no hosts\n";
  for (const auto& host : schedule.hosts()) {
    if (!text.empty()) text += "\n";
    text += HostText(host, axis, name_columns, terminal);
  }
  return text + "\n" + TimelineLegend(terminal) + "a column is " +
         FormatDuration(axis.column_nanos) + ", now is " + FormatMoment(schedule.now_unix_nanos()) +
         "\n" + TotalsText(schedule, terminal);
}

Listing ScheduleListing(const v1::GetScheduleResponse& schedule) {
  Listing listing({{"HOST", "host"},
                   {"NODE", "node"},
                   {"WHAT", "what"},
                   {"PURPOSE", "purpose"},
                   {"PLAN", "plan"},
                   {"SUITE", "suite"},
                   {"", "round"},
                   {"", "pass"},
                   {"START", "start"},
                   {"END", "end"},
                   {"", "ended"},
                   {"OUTCOME", "outcome"},
                   {"", "lease_id"},
                   {"", "peer"}},
                  "no leases");
  const auto purpose = [](v1::LeaseRecord::Purpose value) {
    return EnumWord(v1::LeaseRecord::Purpose_Name(value), "PURPOSE_");
  };
  for (const auto& host : schedule.hosts()) {
    for (const auto& lease : host.leases()) {
      const bool lasts = lease.ended_unix_nanos() == 0;
      listing.AddRow({host.host(), lease.node(), "lease", purpose(lease.purpose()), lease.plan(),
                      lease.suite(), std::to_string(lease.round()), std::to_string(lease.pass()),
                      MomentCell(lease.start_unix_nanos()), MomentCell(lease.end_unix_nanos()),
                      MomentCell(lease.ended_unix_nanos()), lasts ? "" : OutcomeText(lease),
                      lease.lease_id(), lease.peer()});
    }
    for (const auto& turn : host.planned()) {
      listing.AddRow({host.host(), turn.node(), "planned", purpose(turn.purpose()), turn.plan(), "",
                      "", "", MomentCell(turn.start_unix_nanos()),
                      MomentCell(turn.end_unix_nanos()), "", "", "", ""});
    }
  }
  return listing;
}

std::string OutcomeText(const v1::LeaseRecord& lease) {
  std::string outcome = EnumWord(v1::LeaseRecord::Outcome_Name(lease.outcome()), "OUTCOME_");
  if (lease.cause() == v1::LeaseEnd::CAUSE_UNSPECIFIED) return outcome;
  return outcome + ": " + EnumWord(v1::LeaseEnd::Cause_Name(lease.cause()), "CAUSE_");
}

}  // namespace hypergauge::cli
