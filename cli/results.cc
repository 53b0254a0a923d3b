#include "cli/results.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/units.h"
#include "cli/json.h"
#include "cli/terminal_text.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

// What tells one series of a node from the others.
struct SeriesKey {
  std::string benchmark;
  std::string suite;
  std::string family;
  std::map<std::string, std::string> labels;

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the 0 inside for a pointer
  auto operator<=>(const SeriesKey&) const = default;
};

struct Series {
  const v1::Run* run = nullptr;
  const v1::Measure* measure = nullptr;
};

std::string MarksText(const v1::Run& run) {
  std::string marks;
  for (const auto mark : run.marks()) {
    const std::string name = v1::Mark_Name(static_cast<v1::Mark>(mark));
    if (name.empty()) continue;  // of a newer aggregator
    marks += (marks.empty() ? "" : ", ") + EnumWord(name, "MARK_");
  }
  return marks;
}

std::string VerdictText(const v1::Run& run) {
  std::string text = EnumWord(v1::Verdict_Name(run.verdict()), "VERDICT_");
  const std::string marks = MarksText(run);
  if (!marks.empty()) text += " (" + marks + ")";
  if (run.measures().empty() && !run.verdict_reason().empty()) text += ": " + run.verdict_reason();
  return text;
}

const v1::Quantity* FindQuantity(const FleetView& view, const v1::Run& run,
                                 const v1::Measure& measure) {
  for (const auto& benchmark : view.benchmarks) {
    if (benchmark.name() != run.benchmark()) continue;
    for (const auto& quantity : benchmark.quantities()) {
      if (quantity.family() == measure.family()) return &quantity;
    }
  }
  return nullptr;
}

// "disk_rand_read latency p50, queue depth 1": the benchmark, what is left of the family, the
// labels.
std::string RowName(const v1::Run& run, const v1::Measure& measure, const v1::Quantity* quantity) {
  std::string name = run.benchmark();
  std::string rest = measure.family();
  if (rest.starts_with(name + "_")) rest = rest.substr(name.size() + 1);
  const std::string unit = quantity == nullptr ? "" : quantity->unit();
  if (rest.ends_with(unit)) rest.resize(rest.size() - unit.size());
  while (rest.ends_with('_')) rest.pop_back();
  if (!rest.empty()) name += " " + rest;
  const std::map<std::string, std::string> sorted(measure.labels().begin(), measure.labels().end());
  for (const auto& [label, value] : sorted) name += " " + label + "=" + value;
  return name;
}

std::string Percent(double ratio) {
  char text[32];
  std::snprintf(text, sizeof(text), "±%.1f %%", ratio * 100);
  return text;
}

// Of the last clean runs; where there is none yet, of the last run.
std::map<SeriesKey, Series> BestSeries(const FleetView& view, const std::string& node) {
  std::map<SeriesKey, Series> series;
  for (const auto& latest : view.latest) {
    if (latest.node() != node) continue;
    const v1::Run& run = latest.has_clean() ? latest.clean() : latest.run();
    for (const auto& measure : run.measures()) {
      series[{run.benchmark(),
              run.suite(),
              measure.family(),
              {measure.labels().begin(), measure.labels().end()}}] = {&run, &measure};
    }
  }
  return series;
}

// Says what a figure is not worth: "host busy, guest steal".
std::string TaintText(const v1::Run& host, const v1::Run& guest) {
  std::string text;
  if (host.verdict() != v1::VERDICT_CLEAN) {
    text = "host " + EnumWord(v1::Verdict_Name(host.verdict()), "VERDICT_");
  }
  if (guest.verdict() != v1::VERDICT_CLEAN) {
    text += (text.empty() ? "guest " : ", guest ") +
            EnumWord(v1::Verdict_Name(guest.verdict()), "VERDICT_");
  }
  return text;
}

bool Has(const v1::Run& run, v1::Mark mark) {
  return std::count(run.marks().begin(), run.marks().end(), mark) > 0;
}

// Loopback on one side and a real peer on the other measure two different things; what measures a
// cache says nothing about what is behind it.
bool Comparable(const v1::Run& a, const v1::Run& b) {
  const std::map<std::string, std::string> a_labels(a.labels().begin(), a.labels().end());
  const std::map<std::string, std::string> b_labels(b.labels().begin(), b.labels().end());
  return a.benchmark_version() == b.benchmark_version() && a_labels == b_labels &&
         Has(a, v1::MARK_LOOPBACK) == Has(b, v1::MARK_LOOPBACK) && !Has(a, v1::MARK_CACHED) &&
         !Has(b, v1::MARK_CACHED);
}

std::string RatioText(const v1::Quantity* quantity, double host, double guest) {
  if (quantity == nullptr || quantity->unranked() || host <= 0 || guest <= 0) return "-";
  const bool higher = quantity->direction() == v1::DIRECTION_HIGHER_IS_BETTER;
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f", higher ? host / guest : guest / host);
  return text;
}

const v1::Node* FindHost(const FleetView& view, const v1::Node& guest) {
  for (const auto& node : view.nodes) {
    if (node.label() == guest.placement().host()) return &node;
  }
  return nullptr;
}

}  // namespace

std::string NodeTable(const FleetView& view, const v1::Node& node) {
  Listing table({{"BENCHMARK"},
                 {"MEDIAN", "", true},
                 {"UNIT"},
                 {"SPREAD", "", true},
                 {"SAMPLES", "", true},
                 {"VERDICT", "", false, 0}},
                "no runs yet");
  for (const auto& latest : view.latest) {
    if (latest.node() != node.label()) continue;
    const auto& run = latest.run();
    if (run.measures().empty())
      table.AddRow({run.benchmark(), "-", "", "-", "-", VerdictText(run)});
    for (const auto& measure : run.measures()) {
      const auto* quantity = FindQuantity(view, run, measure);
      const std::string figure =
          FormatFigure(measure.median(), quantity == nullptr ? "" : quantity->unit());
      const auto blank = figure.find(' ');
      table.AddRow({RowName(run, measure, quantity), figure.substr(0, blank),
                    blank == std::string::npos ? "" : figure.substr(blank + 1),
                    measure.median() > 0 ? Percent(measure.mad() / measure.median()) : "-",
                    std::to_string(measure.samples_size()), VerdictText(run)});
    }
  }
  return table.TableText();
}

std::string ComparisonTable(const FleetView& view, const v1::Node& host, const v1::Node& guest) {
  Listing table(
      {{"BENCHMARK"}, {"HOST", "", true}, {"GUEST", "", true}, {"RATIO", "", true}, {"NOT CLEAN"}},
      "no benchmark has figures on both yet");
  const auto of_guest = BestSeries(view, guest.label());
  for (const auto& [key, on_host] : BestSeries(view, host.label())) {
    const auto found = of_guest.find(key);
    if (found == of_guest.end()) continue;
    const auto& on_guest = found->second;
    const auto* quantity = FindQuantity(view, *on_host.run, *on_host.measure);
    const std::string unit = quantity == nullptr ? "" : quantity->unit();
    const double a = on_host.measure->median();
    const double b = on_guest.measure->median();
    table.AddRow({RowName(*on_host.run, *on_host.measure, quantity), FormatFigure(a, unit),
                  FormatFigure(b, unit),
                  Comparable(*on_host.run, *on_guest.run) ? RatioText(quantity, a, b) : "-",
                  TaintText(*on_host.run, *on_guest.run)});
  }
  return table.TableText();
}

std::string ResultsText(const FleetView& view) {
  if (view.nodes.empty()) return "no probe has reported yet\n";
  std::string text;
  for (const auto& node : view.nodes) {
    if (!text.empty()) text += "\n";
    text += TerminalText(node.label() + " (" + EnumWord(v1::Role_Name(node.role()), "ROLE_") +
                         ", " + node.platform().name() + ")") +
            "\n" + NodeTable(view, node);
  }
  for (const auto& guest : view.nodes) {
    const auto* host = FindHost(view, guest);
    if (host == nullptr) continue;
    text += "\n" + TerminalText(guest.label() + " against its host " + host->label()) +
            " (ratio above 1: the guest is slower)\n" + ComparisonTable(view, *host, guest);
  }
  return text;
}

Listing ResultsListing(const FleetView& view) {
  Listing listing({{"NODE", "node"},
                   {"", "role"},
                   {"", "platform"},
                   {"BENCHMARK", "benchmark"},
                   {"SUITE", "suite"},
                   {"", "family"},
                   {"LABELS", "labels"},
                   {"MEDIAN", "median", true},
                   {"", "mad"},
                   {"UNIT", "unit"},
                   {"SAMPLES", "samples", true},
                   {"VERDICT", "verdict"},
                   {"", "marks"},
                   {"", "reason"},
                   {"STARTED", "started"}},
                  "no runs yet");
  std::map<std::string, const v1::Node*> nodes;
  for (const auto& node : view.nodes) nodes[node.label()] = &node;
  for (const auto& latest : view.latest) {
    const auto& run = latest.run();
    const auto found = nodes.find(latest.node());
    const v1::Node unknown;
    const v1::Node& node = found == nodes.end() ? unknown : *found->second;
    const auto add = [&](const v1::Measure& measure, bool has_figures) {
      const auto* quantity = FindQuantity(view, run, measure);
      const auto number = [&](double value) {
        return has_figures ? NumberCell("", value) : Cell("");
      };
      listing.AddRow({latest.node(), EnumWord(v1::Role_Name(node.role()), "ROLE_"),
                      node.platform().name(), run.benchmark(), run.suite(), measure.family(),
                      LabelsText(measure.labels()), number(measure.median()), number(measure.mad()),
                      quantity == nullptr ? "" : quantity->unit(),
                      std::to_string(measure.samples_size()),
                      EnumWord(v1::Verdict_Name(run.verdict()), "VERDICT_"), MarksText(run),
                      run.verdict_reason(), MomentCell(run.started_unix_nanos())});
    };
    for (const auto& measure : run.measures()) add(measure, true);
    if (run.measures().empty()) add({}, false);
  }
  return listing;
}

std::string ResultsJson(const FleetView& view) {
  v1::ListNodesResponse nodes;
  nodes.mutable_nodes()->Add(view.nodes.begin(), view.nodes.end());
  v1::ListBenchmarksResponse benchmarks;
  benchmarks.mutable_benchmarks()->Add(view.benchmarks.begin(), view.benchmarks.end());
  v1::ListLatestRunsResponse latest;
  latest.mutable_latest()->Add(view.latest.begin(), view.latest.end());
  return JsonOfAll({&nodes, &benchmarks, &latest});
}

}  // namespace hypergauge::cli
