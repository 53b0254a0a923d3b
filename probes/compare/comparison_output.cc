#include "probes/compare/comparison_output.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

// "disk_rand_read_latency queue_depth=1 stat=p50": the family without its unit, and its labels.
std::string NameOf(const ComparedQuantity& quantity) {
  std::string name = quantity.family;
  const std::string unit = "_" + quantity.unit;
  if (name.ends_with(unit)) name.resize(name.size() - unit.size());
  for (const auto& [label, value] : quantity.labels) name += " " + label + "=" + value;
  return name;
}

std::string Figure(const ComparedSide& side, const std::string& unit) {
  return side.median ? FormatFigure(*side.median, unit) : "-";
}

std::string Ratio(double ratio) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", ratio);
  return text.data();
}

std::string IntervalText(const std::optional<Interval>& interval) {
  if (!interval) return "-";
  return "[" + Ratio(interval->low) + ", " + Ratio(interval->high) + "]";
}

Colour ColourOf(Answer answer) {
  switch (answer) {
    case Answer::kBetter:
      return Colour::kGreen;
    case Answer::kWorse:
      return Colour::kRed;
    case Answer::kInconclusive:
      return Colour::kYellow;
    case Answer::kNotComparable:
      return Colour::kDim;
  }
  return Colour::kDim;
}

std::string AnswerCell(const ComparedQuantity& quantity, const Terminal& terminal) {
  std::string text = AnswerWord(quantity.answer);
  if (terminal.colours) text = Coloured(text, ColourOf(quantity.answer));
  return quantity.reason.empty() ? text : text + ": " + quantity.reason;
}

Json SideJson(const ComparedSide& side) {
  Json json{{"median", nullptr},
            {"n", side.samples.size()},
            {"runs", side.runs},
            {"clean_runs", side.clean_runs},
            {"verdict", side.verdict}};
  if (side.median) json["median"] = *side.median;
  return json;
}

}  // namespace

std::string NoteOn(const Comparison& comparison) {
  const auto& all = comparison.quantities;
  const bool over_samples = std::any_of(all.begin(), all.end(), [](const auto& each) {
    return each.interval.has_value() && !each.over_runs;
  });
  if (!over_samples) return "";
  return "Intervals over the samples of fewer than 6 clean runs a side do not hold how runs differ "
         "from each other; `run --rounds 6` on both sides does.";
}

std::string ComparisonTable(const Comparison& comparison, const Terminal& terminal) {
  Table table({{.title = "QUANTITY"},
               {.title = "A", .right = true},
               {.title = "B", .right = true},
               {.title = "B/A", .right = true},
               {.title = "95 % INTERVAL", .right = true},
               {.title = "B IS"}});
  for (const auto& each : comparison.quantities) {
    table.AddRow({NameOf(each), Figure(each.a, each.unit), Figure(each.b, each.unit),
                  each.ratio ? Ratio(*each.ratio) : "-", IntervalText(each.interval),
                  AnswerCell(each, terminal)});
  }
  const auto note = NoteOn(comparison);
  return note.empty() ? table.Text() : table.Text() + "\n" + note + "\n";
}

std::string ComparisonJson(const Comparison& comparison, const std::string& a,
                           const std::string& b) {
  Json json{{"schema", 1},
            {"a", a},
            {"b", b},
            {"warnings", comparison.warnings},
            {"note", NoteOn(comparison)},
            {"comparisons", Json::array()}};
  for (const auto& each : comparison.quantities) {
    Json entry{{"benchmark", each.benchmark},
               {"family", each.family},
               {"labels", each.labels},
               {"unit", each.unit},
               {"direction", each.higher_is_better ? "higher" : "lower"},
               {"a", SideJson(each.a)},
               {"b", SideJson(each.b)},
               {"ratio", nullptr},
               {"interval_95", nullptr},
               {"interval_over", nullptr},
               {"answer", AnswerWord(each.answer)},
               {"reason", each.reason}};
    if (each.ratio) entry["ratio"] = *each.ratio;
    if (each.interval) {
      entry["interval_95"] = {each.interval->low, each.interval->high};
      entry["interval_over"] = each.over_runs ? "runs" : "samples";
    }
    json["comparisons"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hypergauge::probes
