#include "cli/comparison_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "base/units.h"
#include "cli/terminal_text.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kMostOverheads = 2000;
constexpr const char* kPilot = "pilot";

std::string Decimals(double value, int decimals) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string ScoreText(const google::protobuf::Map<std::string, v1::Score>& scores,
                      const std::string& name) {
  const auto found = scores.find(name);
  return found == scores.end() ? "-" : RatioText(found->second.ratio());
}

std::set<std::string> Categories(const v1::CompareResponse& comparison) {
  std::set<std::string> names;
  for (const auto& platform : comparison.platforms()) {
    for (const auto& [name, score] : platform.categories()) names.insert(name);
  }
  return names;
}

PlainTable PilotTable(const v1::CompareResponse& comparison) {
  std::set<std::string> tests;
  for (const auto& platform : comparison.platforms()) {
    for (const auto& [name, points] : platform.test_points()) tests.insert(name);
  }
  PlainTable table{{{"RANK", true}, {"PLATFORM"}, {"POINTS", true}}, {}};
  for (const auto& test : tests) table.columns.push_back({test, true});
  for (const auto& platform : comparison.platforms()) {
    if (platform.test_points().empty()) continue;
    std::vector<std::string> row = {RankText(platform), platform.platform(),
                                    platform.has_points() ? Decimals(platform.points(), 2) : "-"};
    for (const auto& test : tests) {
      const auto found = platform.test_points().find(test);
      row.push_back(found == platform.test_points().end() ? "-" : Decimals(found->second, 2));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

// A unit that FormatFigure knows is scaled; that of a data set is words, with remarks behind a
// comma.
std::string FigureText(double value, const std::string& unit) {
  if (UnitSymbol(unit) != unit || unit == "ratio") return FormatFigure(value, unit);
  return FormatFigure(value, "ratio") + " " + unit.substr(0, unit.find(','));
}

}  // namespace

std::string RatioText(double ratio) {
  return ratio > 0 ? Decimals(ratio, 3) : "-";
}

std::string IntervalText(double lower, double upper) {
  if (upper == 0) return "-";
  return "[" + Decimals(lower, 3) + ", " + Decimals(upper, 3) + "]";
}

std::string RankText(const v1::PlatformScore& platform) {
  if (platform.rank() == 0) return "-";
  return std::to_string(platform.rank()) + (platform.tied() ? "=" : "");
}

std::string AnswerText(const v1::Overhead& overhead) {
  std::string text = EnumWord(v1::Overhead::Answer_Name(overhead.answer()), "ANSWER_");
  if (overhead.super_native()) text += ", too fast: review";
  if (overhead.unranked()) text += ", not ranked";
  return text;
}

std::string MissingText(bool known, uint32_t blocks) {
  return known ? std::to_string(blocks) : "-";
}

std::string PlainTable::Text() const {
  std::vector<Table::Column> titles;
  titles.reserve(columns.size());
  for (const auto& column : columns) titles.push_back({TerminalText(column.title), column.right});
  Table table(std::move(titles));
  for (const auto& row : rows) {
    std::vector<std::string> cells;
    cells.reserve(row.size());
    for (const auto& cell : row) cells.push_back(Clipped(TerminalText(cell), kWidestCell));
    table.AddRow(std::move(cells));
  }
  return table.Text();
}

PlainTable RankingTable(const v1::CompareResponse& comparison) {
  if (comparison.scale() == kPilot) return PilotTable(comparison);
  PlainTable table{{{"RANK", true},
                    {"PLATFORM"},
                    {"OVERALL", true},
                    {"95 % INTERVAL", true},
                    {"WORST CATEGORY"},
                    {"NODES", true},
                    {"HOSTS", true}},
                   {}};
  const auto categories = Categories(comparison);
  for (const auto& name : categories) table.columns.push_back({name, true});
  for (const auto& platform : comparison.platforms()) {
    const auto& worst = platform.worst_category();
    std::vector<std::string> row = {
        RankText(platform),
        platform.platform(),
        RatioText(platform.overall().ratio()),
        IntervalText(platform.overall().lower(), platform.overall().upper()),
        worst.empty() ? "-" : worst + " " + ScoreText(platform.categories(), worst),
        std::to_string(platform.nodes()),
        std::to_string(platform.hosts())};
    for (const auto& name : categories) row.push_back(ScoreText(platform.categories(), name));
    table.rows.push_back(std::move(row));
  }
  return table;
}

PlainTable BenchmarkTable(const v1::CompareResponse& comparison) {
  std::set<std::string> benchmarks;
  for (const auto& platform : comparison.platforms()) {
    for (const auto& [name, score] : platform.benchmarks()) benchmarks.insert(name);
  }
  PlainTable table{{{"BENCHMARK"}}, {}};
  std::vector<const v1::PlatformScore*> platforms;
  for (const auto& platform : comparison.platforms()) {
    if (platform.benchmarks().empty()) continue;
    platforms.push_back(&platform);
    table.columns.push_back({platform.platform(), true});
  }
  for (const auto& benchmark : benchmarks) {
    std::vector<std::string> row = {benchmark};
    for (const auto* platform : platforms) {
      const auto& unranked = platform->unranked();
      auto text = ScoreText(platform->benchmarks(), benchmark);
      if (std::find(unranked.begin(), unranked.end(), benchmark) != unranked.end()) {
        text = "(" + text + ")";
      }
      row.push_back(std::move(text));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

PlainTable OverheadTable(const v1::CompareResponse& comparison, size_t most) {
  PlainTable table{{{"NODE"},
                    {"PLATFORM"},
                    {"BENCHMARK"},
                    {"SUITE"},
                    {"BASELINE", true},
                    {"NODE HAS", true},
                    {"RATIO", true},
                    {"95 % INTERVAL", true},
                    {"BLOCKS", true},
                    {"MISSING FOR 2 %", true},
                    {"5 %", true},
                    {"SMALLEST", true},
                    {"ANSWER"}},
                   {}};
  for (const auto& each : comparison.overheads()) {
    if (table.rows.size() == most) break;
    table.rows.push_back(
        {each.node(), each.platform(), each.benchmark(), each.suite().empty() ? "-" : each.suite(),
         FigureText(each.baseline_median(), each.unit()),
         FigureText(each.node_median(), each.unit()), RatioText(each.ratio()),
         IntervalText(each.lower(), each.upper()), std::to_string(each.blocks()),
         MissingText(each.has_missing_for_2_percent(), each.missing_for_2_percent()),
         MissingText(each.has_missing_for_5_percent(), each.missing_for_5_percent()),
         each.has_smallest_detectable() ? Decimals(100 * each.smallest_detectable(), 1) + " %"
                                        : "-",
         AnswerText(each)});
  }
  return table;
}

std::string ComparisonText(const v1::CompareResponse& comparison) {
  if (comparison.platforms().empty() && comparison.overheads().empty()) {
    std::string text = "nothing can be compared yet\n";
    for (const auto& note : comparison.notes()) text += TerminalText(note) + "\n";
    return text;
  }
  const bool pilot = comparison.scale() == kPilot;
  std::string text = pilot ? "Points from 0 to 9, higher is better.\n"
                           : "Times against the baseline: 1.10 takes 10 % longer. Equal ranks with "
                             "= are not sure.\n";
  text += RankingTable(comparison).Text();
  if (!pilot && !comparison.overheads().empty()) {
    text += "\n" + BenchmarkTable(comparison).Text();
    text += "\n" + OverheadTable(comparison, kMostOverheads).Text();
    const auto left = static_cast<size_t>(comparison.overheads_size());
    if (left > kMostOverheads) {
      text += "and " + std::to_string(left - kMostOverheads) + " more: --format json has all\n";
    }
    for (const auto& each : comparison.overheads()) {
      for (const auto& fact : each.review()) {
        text += TerminalText("review " + each.node() + " " + each.benchmark() + ": " + fact) + "\n";
      }
    }
  }
  if (!comparison.notes().empty()) text += "\n";
  for (const auto& note : comparison.notes()) text += "note: " + TerminalText(note) + "\n";
  return text;
}

Listing OverheadsListing(const v1::CompareResponse& comparison) {
  Listing listing({{"NODE", "node"},
                   {"BASELINE", "baseline"},
                   {"", "substitute"},
                   {"PLATFORM", "platform"},
                   {"", "platform_version"},
                   {"BENCHMARK", "benchmark"},
                   {"", "category"},
                   {"SUITE", "suite"},
                   {"", "family"},
                   {"LABELS", "labels"},
                   {"", "unit"},
                   {"", "baseline_median"},
                   {"", "node_median"},
                   {"RATIO", "ratio"},
                   {"", "lower"},
                   {"", "upper"},
                   {"", "blocks"},
                   {"ANSWER", "answer"},
                   {"", "super_native"},
                   {"", "unranked"}},
                  "nothing can be compared yet");
  const auto number = [](double value) { return NumberCell("", value); };
  const auto flag = [](bool is_set) { return Cell(is_set ? "true" : "false"); };
  for (const auto& each : comparison.overheads()) {
    const bool has_interval = each.upper() != 0;
    listing.AddRow({each.node(),
                    each.baseline(),
                    flag(each.substitute()),
                    each.platform(),
                    each.platform_version(),
                    each.benchmark(),
                    each.category(),
                    each.suite(),
                    each.family(),
                    LabelsText(each.labels()),
                    each.unit(),
                    number(each.baseline_median()),
                    number(each.node_median()),
                    number(each.ratio()),
                    has_interval ? number(each.lower()) : Cell(""),
                    has_interval ? number(each.upper()) : Cell(""),
                    std::to_string(each.blocks()),
                    EnumWord(v1::Overhead::Answer_Name(each.answer()), "ANSWER_"),
                    flag(each.super_native()),
                    flag(each.unranked())});
  }
  return listing;
}

Listing PlatformsListing(const v1::CompareResponse& comparison) {
  const auto categories = Categories(comparison);
  std::set<std::string> tests;
  for (const auto& platform : comparison.platforms()) {
    for (const auto& [name, points] : platform.test_points()) tests.insert(name);
  }
  std::vector<Column> columns = {{"RANK", "rank"},       {"", "tied"},  {"PLATFORM", "platform"},
                                 {"RATIO", "ratio"},     {"", "lower"}, {"", "upper"},
                                 {"", "worst_category"}, {"", "nodes"}, {"", "hosts"},
                                 {"POINTS", "points"}};
  for (const auto& name : categories) columns.push_back({"", "ratio_" + name});
  for (const auto& name : tests) columns.push_back({"", "points_" + name});
  Listing listing(std::move(columns), "nothing can be compared yet");
  const auto number = [](bool is_known, double value) {
    return is_known ? NumberCell("", value) : Cell("");
  };
  for (const auto& each : comparison.platforms()) {
    const auto& overall = each.overall();
    std::vector<Cell> row = {each.rank() == 0 ? "" : std::to_string(each.rank()),
                             each.tied() ? "true" : "false",
                             each.platform(),
                             number(each.has_overall(), overall.ratio()),
                             number(overall.upper() != 0, overall.lower()),
                             number(overall.upper() != 0, overall.upper()),
                             each.worst_category(),
                             std::to_string(each.nodes()),
                             std::to_string(each.hosts()),
                             number(each.has_points(), each.points())};
    for (const auto& name : categories) {
      const auto found = each.categories().find(name);
      const bool is_known = found != each.categories().end();
      row.push_back(number(is_known, is_known ? found->second.ratio() : 0));
    }
    for (const auto& name : tests) {
      const auto found = each.test_points().find(name);
      const bool is_known = found != each.test_points().end();
      row.push_back(number(is_known, is_known ? found->second : 0));
    }
    listing.AddRow(std::move(row));
  }
  return listing;
}

}  // namespace hypergauge::cli
