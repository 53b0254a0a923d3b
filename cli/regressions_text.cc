#include "cli/regressions_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/printable.h"
#include "base/table.h"
#include "base/units.h"
#include "cli/terminal_text.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

constexpr double kPercent = 100;
constexpr int kMostChildren = 20;

std::string StateWord(v1::Regression::State state) {
  return EnumWord(v1::Regression::State_Name(state), "STATE_");
}

std::optional<Colour> ColourOf(v1::Regression::State state) {
  switch (state) {
    case v1::Regression::STATE_FIRING:
      return Colour::kRed;
    case v1::Regression::STATE_SUSPECT:
    case v1::Regression::STATE_ACKNOWLEDGED:
      return Colour::kYellow;
    default:
      return std::nullopt;
  }
}

// Everything comes from probes or people in the end.
std::string Shown(const std::string& text) {
  return text.empty() ? "-" : TerminalText(text);
}

std::string Line(const std::string& title, const std::string& text) {
  constexpr size_t kWidth = 14;
  return title + std::string(kWidth - std::min(kWidth, title.size()), ' ') + text + "\n";
}

std::string Life(const v1::Regression& regression) {
  std::vector<std::pair<int64_t, std::string>> entered;
  for (const auto& [state, moment] : regression.entered_unix_nanos()) {
    entered.emplace_back(moment, state);
  }
  std::sort(entered.begin(), entered.end());
  std::string text;
  for (const auto& [moment, state] : entered) {
    text += Line(text.empty() ? "life" : "", FormatMoment(moment) + " " + Shown(state));
  }
  return text;
}

std::string Children(const v1::Regression& regression) {
  Table table({{"NODE"}, {"BENCHMARK"}, {"LABELS"}, {"WORSE", true}, {"SINCE"}});
  for (int i = 0; i < std::min(kMostChildren, regression.children_size()); ++i) {
    const auto& child = regression.children(i);
    table.AddRow({Shown(child.node()), Shown(child.benchmark()), Shown(LabelsText(child.labels())),
                  EffectText(child.effect_ratio()), FormatMoment(child.onset_unix_nanos())});
  }
  if (table.empty()) return "";
  std::string text = "\n" + table.Text();
  if (const int more = regression.children_size() - kMostChildren; more > 0) {
    text += "and " + std::to_string(more) + " more\n";
  }
  return text;
}

}  // namespace

std::string EffectText(double effect) {
  return (effect < 0 ? "-" : "+") +
         FormatFigure(effect < 0 ? -effect * kPercent : effect * kPercent, "%");
}

Listing RegressionsListing(const std::vector<v1::Regression>& regressions) {
  Listing listing({{"ID", "id", true},
                   {"STATE", "state"},
                   {"WORSE", "effect_ratio", true},
                   {"BENCHMARK", "benchmark"},
                   {"SUITE", "suite"},
                   {"ON", "subject"},
                   {"SINCE", "onset"},
                   {"CAUSE", "cause", false, 0},
                   {"", "scope"},
                   {"", "kind"},
                   {"", "family"},
                   {"", "labels"},
                   {"", "before"},
                   {"", "after"},
                   {"", "blame"},
                   {"", "note"}},
                  "no regressions");
  for (const auto& each : regressions) {
    listing.AddRow(
        {std::to_string(each.id()), StateWord(each.state()),
         NumberCell(EffectText(each.effect_ratio()), each.effect_ratio()),
         OptionalCell(each.benchmark()), OptionalCell(each.suite()), OptionalCell(each.subject()),
         MomentCell(each.onset_unix_nanos()), OptionalCell(each.cause()),
         EnumWord(v1::Regression::Scope_Name(each.scope()), "SCOPE_"),
         EnumWord(v1::Regression::Kind_Name(each.kind()), "KIND_"), each.family(),
         LabelsText(each.labels()), NumberCell("", each.before()), NumberCell("", each.after()),
         each.blame(), each.note()},
        ColourOf(each.state()));
  }
  return listing;
}

std::string RegressionDetails(const v1::Regression& regression) {
  std::string text =
      "regression " + std::to_string(regression.id()) + ": " + Shown(regression.text()) + "\n";
  text += Line("state", StateWord(regression.state()));
  text += Line("scope", EnumWord(v1::Regression::Scope_Name(regression.scope()), "SCOPE_"));
  text += Line("kind", EnumWord(v1::Regression::Kind_Name(regression.kind()), "KIND_"));
  text += Line("family", Shown(regression.family()));
  if (regression.labels_size() > 0) text += Line("labels", Shown(LabelsText(regression.labels())));
  text += Line("since", FormatMoment(regression.onset_unix_nanos()) + ", between " +
                            FormatMoment(regression.onset_low_unix_nanos()) + " and " +
                            FormatMoment(regression.onset_high_unix_nanos()));
  text += Line("p",
               FormatFigure(regression.p(), "") + ", adjusted " + FormatFigure(regression.q(), ""));
  text += Line("blame", Shown(regression.blame()));
  text += Line("cause", Shown(regression.cause()));
  if (!regression.note().empty()) text += Line("note", Shown(regression.note()));
  return text + Life(regression) + Children(regression);
}

Result<v1::Regression::State> ParseRegressionState(const std::string& text) {
  std::string known;
  for (int number = 1; v1::Regression::State_IsValid(number); ++number) {
    const auto state = static_cast<v1::Regression::State>(number);
    if (StateWord(state) == text) return state;
    known += (known.empty() ? "" : ", ") + StateWord(state);
  }
  return Fail(ErrorCode::kInvalidArgument,
              "unknown state \"" + Printable(text, 64) + "\"; there are " + known);
}

}  // namespace hypergauge::cli
