#include "cli/top_view.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/units.h"
#include "cli/screen_table.h"
#include "cli/terminal_text.h"
#include "cli/top_sections.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kNoLimit = SIZE_MAX;
constexpr const char* kBold = "\x1b[1m";
constexpr const char* kReverse = "\x1b[7m";
constexpr const char* kPlain = "\x1b[0m";

// Shown text of unknown origin; where the locale is no UTF-8 what is not ASCII is a "?".
std::string Shown(const std::string& text, const Terminal& terminal) {
  std::string safe = TerminalText(text);
  if (terminal.utf8) return safe;
  std::string ascii;
  for (const char c : safe) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) ascii += c;
    if (byte >= 0xc0) ascii += '?';
  }
  return ascii;
}

const char* NameOf(TopSort sort) {
  switch (sort) {
    case TopSort::kOverhead:
      return "overhead";
    case TopSort::kPlatform:
      return "platform";
    case TopSort::kState:
      return "state";
    case TopSort::kLastSeen:
      return "last seen";
    default:
      return "name";
  }
}

// Lines of a section, with at most so many rows.
std::vector<std::string> LinesOf(Section section, size_t most_rows, const Terminal& terminal) {
  const auto width = static_cast<size_t>(terminal.width);
  if (section.rows.empty()) return {Clipped(section.nothing, width)};
  if (section.rows.size() > most_rows) section.rows.resize(most_rows);
  for (auto& row : section.rows) {
    for (auto& cell : row) cell = Shown(cell, terminal);
  }
  auto lines = FitTable(section.columns, section.rows, width);
  if (!terminal.is_terminal) return lines;
  lines[0] = kBold + lines[0] + kPlain;
  for (size_t i = 1; i < lines.size() && terminal.colours; ++i) {
    if (section.colours[i - 1]) lines[i] = Coloured(lines[i], *section.colours[i - 1]);
  }
  return lines;
}

std::string Bar(const std::string& text, const Terminal& terminal) {
  const auto width = static_cast<size_t>(terminal.width);
  if (!terminal.is_terminal) return Clipped(text, width);
  return kReverse + Fitted(text, width) + kPlain;
}

std::string TitleText(const TopState& state, const Terminal& terminal) {
  std::string text = "hypergauge top  " + Shown(state.server, terminal);
  if (!state.fleet) return text;
  if (const auto& status = state.fleet->status) {
    text += "  " + Shown(status->version(), terminal) + "  up " +
            FormatDuration(status->now_unix_nanos() - status->started_unix_nanos());
  }
  return text + "  at " + FormatLocal(NowOf(*state.fleet), "%H:%M:%S");
}

std::string SummaryText(const FleetSnapshot& fleet) {
  constexpr std::array<const char*, 4> kNames = {"down", "silent", "measuring", "up"};
  std::array<size_t, kNames.size()> counts{};  // by NodeState
  for (const auto& node : fleet.nodes)
    ++counts.at(static_cast<size_t>(StateOf(node, NowOf(fleet))));
  std::string text = std::to_string(fleet.nodes.size()) + " nodes";
  const char* before = ": ";
  for (size_t state = 0; state < kNames.size(); ++state) {
    if (counts.at(state) == 0) continue;
    text += before + std::to_string(counts.at(state)) + " " + kNames.at(state);
    before = ", ";
  }
  text += "; " + std::to_string(fleet.regressions.size()) +
          (fleet.regressions.size() == 1 ? " regression open" : " regressions open");
  if (fleet.status) {
    text += "; store " + FormatFigure(static_cast<double>(fleet.status->store_bytes()), "bytes");
  }
  return text;
}

// What is not as it should be; empty where nothing is said.
std::string BannerText(const TopState& state, const TopChoices& choices, const Terminal& terminal) {
  if (!state.error.empty()) return Shown(state.error, terminal) + "; asking again";
  if (choices.paused) return "paused: space goes on";
  if (state.fleet && state.restarted_unix_nanos != 0) {
    return "the aggregator was restarted " +
           FormatDuration(NowOf(*state.fleet) - state.restarted_unix_nanos) + " ago";
  }
  return "";
}

std::optional<std::string> BannerLine(const TopState& state, const TopChoices& choices,
                                      const Terminal& terminal) {
  const std::string banner = BannerText(state, choices, terminal);
  if (banner.empty()) return std::nullopt;
  const std::string text = Clipped(banner, static_cast<size_t>(std::max(terminal.width, 1)));
  if (!terminal.colours) return text;
  return Coloured(text, state.error.empty() ? Colour::kYellow : Colour::kRed);
}

std::string BottomText(const TopChoices& choices, size_t nodes, const Terminal& terminal) {
  if (choices.editing_filter) return "filter: " + Shown(choices.filter, terminal) + "_";
  std::string text =
      std::string("sorted by ") + NameOf(choices.sort) + (choices.reverse ? ", reversed" : "");
  if (!choices.filter.empty()) {
    text += "; filter \"" + Shown(choices.filter, terminal) + "\": " + std::to_string(nodes);
  }
  return text + "  h help  q quit  / filter  space pause  o n p s l sort  r reverse";
}

std::vector<std::string> HelpLines() {
  return {"q          quit",
          "o n p s l  sort nodes by overhead, name, platform, state, last seen",
          "r          reverse the order",
          "/          filter by a part of a name; Enter keeps it, Esc drops it",
          "arrows     scroll the nodes; Page Up, Page Down, Home, End, j, k too",
          "space      pause, and go on",
          "h ?        this help",
          "",
          "Overheads are times against the host: 1.10 takes 10 % longer.",
          "A silent node is connected, and was not heard of for two of its intervals.",
          "",
          "Any key goes back."};
}

bool IsRoomy(const Terminal& terminal) {
  constexpr int kLines = 26;
  return terminal.height >= kLines;
}

void Append(std::vector<std::string> lines, std::vector<std::string>& all) {
  all.insert(all.end(), std::make_move_iterator(lines.begin()),
             std::make_move_iterator(lines.end()));
}

// Each of three sections has at most a sixth of the screen, the nodes have the rest. Titles and
// blanks between them are worth lines only where there is room: the columns say what it is.
void AddSections(const FleetSnapshot& fleet, const TopChoices& choices, const Terminal& terminal,
                 std::vector<std::string>& lines) {
  constexpr int kShare = 6;
  const auto width = static_cast<size_t>(std::max(terminal.width, 1));
  const auto most = static_cast<size_t>(std::max(terminal.height / kShare, 1));
  lines.push_back(Clipped(SummaryText(fleet), width));
  for (const auto& of : {PlatformsSection, RegressionsSection, MeasuringSection}) {
    auto section = of(fleet, choices.filter);
    if (IsRoomy(terminal)) {
      const size_t count = section.rows.size();
      const std::string part =
          count > most ? " (" + std::to_string(most) + " of " + std::to_string(count) + ")" : "";
      lines.emplace_back();
      lines.push_back(Clipped(section.title + part, width));
    }
    Append(LinesOf(std::move(section), most, terminal), lines);
  }
  if (IsRoomy(terminal)) lines.emplace_back();
}

// Returns how many there are, on the screen or not.
size_t AddNodes(const FleetSnapshot& fleet, const Terminal& terminal, TopChoices& choices,
                TopFrame& frame) {
  const auto nodes = NodesIn(fleet, choices);
  const size_t used = frame.lines.size() + 2;  // with the titles and the last line of the screen
  const auto height = static_cast<size_t>(std::max(terminal.height, 1));
  frame.page = height > used ? height - used : 0;
  const size_t last_first = nodes.size() - std::min(nodes.size(), frame.page);
  choices.first_node = std::min(choices.first_node, last_first);
  const size_t end = std::min(nodes.size(), choices.first_node + frame.page);
  const auto begin = nodes.begin();
  const std::vector<const v1::Node*> shown(begin + static_cast<std::ptrdiff_t>(choices.first_node),
                                           begin + static_cast<std::ptrdiff_t>(end));
  Append(LinesOf(NodesSection(fleet, shown), kNoLimit, terminal), frame.lines);
  return nodes.size();
}

}  // namespace

TopFrame DrawTop(const TopState& state, const Terminal& terminal, TopChoices& choices) {
  const auto width = static_cast<size_t>(std::max(terminal.width, 1));
  const auto height = static_cast<size_t>(std::max(terminal.height, 1));
  TopFrame frame;
  frame.lines.push_back(Bar(TitleText(state, terminal), terminal));
  if (const auto banner = BannerLine(state, choices, terminal)) frame.lines.push_back(*banner);
  size_t matching = 0;
  if (choices.help) {
    for (const auto& line : HelpLines()) frame.lines.push_back(Clipped(line, width));
  } else if (state.fleet) {
    AddSections(*state.fleet, choices, terminal, frame.lines);
    matching = AddNodes(*state.fleet, terminal, choices, frame);
  } else if (state.error.empty()) {
    frame.lines.emplace_back("asking ...");
  }
  frame.lines.resize(height - 1);  // the last one stays where it is
  frame.lines.push_back(Bar(BottomText(choices, matching, terminal), terminal));
  return frame;
}

std::string TopText(const TopState& state, const Terminal& terminal) {
  Terminal wide = terminal;
  if (!terminal.is_terminal) wide.width = 160;
  wide.is_terminal = false;  // no attributes of a screen
  std::vector<std::string> lines = {TitleText(state, wide)};
  if (state.fleet) {
    const auto& fleet = *state.fleet;
    lines.push_back(SummaryText(fleet));
    for (const auto& of : {PlatformsSection, RegressionsSection, MeasuringSection}) {
      auto section = of(fleet, "");
      lines.emplace_back();
      if (!section.rows.empty()) lines.push_back(section.title);
      Append(LinesOf(std::move(section), kNoLimit, wide), lines);
    }
    lines.emplace_back();
    Append(LinesOf(NodesSection(fleet, NodesIn(fleet, {})), kNoLimit, wide), lines);
  }
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace hypergauge::cli
