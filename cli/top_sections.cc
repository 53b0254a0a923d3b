#include "cli/top_sections.h"

#include <algorithm>
#include <utility>

#include "cli/comparison_text.h"
#include "cli/regressions_text.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool Matches(const std::string& filter, const std::vector<std::string>& texts) {
  if (filter.empty()) return true;
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return Lower(text).find(Lower(filter)) != std::string::npos;
  });
}

std::string BarOf(const v1::Progress& progress) {
  constexpr uint32_t kCells = 10;
  const uint32_t total = std::max<uint32_t>(progress.total_benchmarks(), 1);
  const uint32_t done = std::min(progress.finished_benchmarks(), total);
  const auto filled = static_cast<size_t>(uint64_t{kCells} * done / total);
  return "[" + std::string(filled, '#') + std::string(kCells - filled, '-') + "] " +
         std::to_string(progress.finished_benchmarks()) + "/" +
         std::to_string(progress.total_benchmarks());
}

double OverheadOf(const FleetSnapshot& fleet, const v1::Node& node) {
  const auto found = fleet.overheads.find(node.label());
  return found == fleet.overheads.end() ? 0 : found->second;
}

struct Sorted {
  const v1::Node* node;
  std::pair<double, std::string> key;
};

// What concerns people first comes first, whatever it is sorted by.
std::pair<double, std::string> KeyOf(const FleetSnapshot& fleet, TopSort sort,
                                     const v1::Node& node) {
  switch (sort) {
    case TopSort::kOverhead:
      return {-OverheadOf(fleet, node), node.label()};
    case TopSort::kPlatform:
      return {0, node.platform().name()};
    case TopSort::kState:
      return {static_cast<double>(StateOf(node, NowOf(fleet))), node.label()};
    case TopSort::kLastSeen:
      return {static_cast<double>(node.last_seen_unix_nanos()), node.label()};
    default:
      return {0, node.label()};
  }
}

std::optional<Colour> ColourOf(NodeState state) {
  switch (state) {
    case NodeState::kDown:
      return Colour::kRed;
    case NodeState::kSilent:
      return Colour::kYellow;
    case NodeState::kMeasuring:
      return Colour::kGreen;
    default:
      return std::nullopt;
  }
}

}  // namespace

Section PlatformsSection(const FleetSnapshot& fleet, const std::string& filter) {
  constexpr double kSlow = 1.1;
  Section section{.title = "PLATFORMS, the slowest first",
                  .columns = {{"PLATFORM", 10},
                              {"OVERALL", 7, true},
                              {"95 % INTERVAL", 14, true, 2},
                              {"WORST CATEGORY", 14, false, 1},
                              {"NODES", 5, true, 3},
                              {"HOSTS", 5, true, 4}},
                  .nothing = "no platform can be compared yet"};
  for (const auto& each : fleet.platforms) {
    if (!Matches(filter, {each.platform()})) continue;
    const auto worst = each.categories().find(each.worst_category());
    section.rows.push_back({each.platform(), RatioText(each.overall().ratio()),
                            IntervalText(each.overall().lower(), each.overall().upper()),
                            worst == each.categories().end()
                                ? "-"
                                : worst->first + " " + RatioText(worst->second.ratio()),
                            std::to_string(each.nodes()), std::to_string(each.hosts())});
    section.colours.push_back(each.overall().lower() > kSlow ? std::optional(Colour::kYellow)
                                                             : std::nullopt);
  }
  return section;
}

Section RegressionsSection(const FleetSnapshot& fleet, const std::string& filter) {
  Section section{.title = "OPEN REGRESSIONS",
                  .columns = {{"ID", 3, true, 5},
                              {"STATE", 8, false, 3},
                              {"WORSE", 8, true},
                              {"BENCHMARK", 12},
                              {"ON", 10},
                              {"SINCE", 10, false, 2},
                              {"CAUSE", 12, false, 4}},
                  .nothing = "no regression is open"};
  for (const auto& each : fleet.regressions) {
    if (!Matches(filter, {each.subject(), each.benchmark()})) continue;
    const bool firing = each.state() == v1::Regression::STATE_FIRING;
    section.rows.push_back({std::to_string(each.id()),
                            EnumWord(v1::Regression::State_Name(each.state()), "STATE_"),
                            EffectText(each.effect_ratio()), each.benchmark(), each.subject(),
                            FormatDuration(NowOf(fleet) - each.onset_unix_nanos()) + " ago",
                            each.cause().empty() ? "-" : each.cause()});
    section.colours.emplace_back(firing ? Colour::kRed : Colour::kYellow);
  }
  return section;
}

Section MeasuringSection(const FleetSnapshot& fleet, const std::string& filter) {
  Section section{.title = "MEASURING NOW",
                  .columns = {{"NODE", 10},
                              {"HOST", 8, false, 1},
                              {"PROGRESS", 16},
                              {"BENCHMARK", 10, false, 2}},
                  .nothing = "nobody measures now"};
  for (const auto& node : fleet.nodes) {
    if (StateOf(node, NowOf(fleet)) != NodeState::kMeasuring) continue;
    if (!Matches(filter, {node.label(), node.placement().host()})) continue;
    const auto& benchmark = node.progress().benchmark();
    section.rows.push_back({node.label(),
                            node.placement().host().empty() ? "-" : node.placement().host(),
                            BarOf(node.progress()), benchmark.empty() ? "-" : benchmark});
    section.colours.emplace_back(Colour::kGreen);
  }
  return section;
}

std::vector<const v1::Node*> NodesIn(const FleetSnapshot& fleet, const TopChoices& choices) {
  std::vector<Sorted> sorted;
  for (const auto& node : fleet.nodes) {
    if (Matches(choices.filter, {node.label(), node.platform().name(), node.placement().host()})) {
      sorted.push_back({&node, KeyOf(fleet, choices.sort, node)});
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Sorted& a, const Sorted& b) {
    return choices.reverse ? b.key < a.key : a.key < b.key;
  });
  std::vector<const v1::Node*> nodes;
  nodes.reserve(sorted.size());
  for (const auto& each : sorted) nodes.push_back(each.node);
  return nodes;
}

Section NodesSection(const FleetSnapshot& fleet, const std::vector<const v1::Node*>& nodes) {
  const int64_t now = NowOf(fleet);
  Section section{.title = {},
                  .columns = {{"NODE", 12},
                              {"PLATFORM", 8, false, 1},
                              {"OVERHEAD", 8, true},
                              {"STATE", 12},
                              {"SEEN", 6, true, 2},
                              {"HOST", 8, false, 3}},
                  .nothing = "no nodes"};
  for (const auto* node : nodes) {
    const int64_t seen = node->last_seen_unix_nanos();
    section.rows.push_back({node->label(),
                            node->platform().name().empty() ? "-" : node->platform().name(),
                            RatioText(OverheadOf(fleet, *node)), StateText(*node, now),
                            seen == 0 ? "-" : FormatDuration(now - seen),
                            node->placement().host().empty() ? "-" : node->placement().host()});
    section.colours.push_back(ColourOf(StateOf(*node, now)));
  }
  return section;
}

}  // namespace hypergauge::cli
