#include "cli/report.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "cli/when.h"

namespace hypergauge::cli {
namespace {

constexpr size_t kMostOverheads = 2000;

std::string Title(const v1::CompareResponse& ratios) {
  return "What virtualization costs: " +
         (ratios.dataset().empty() ? std::string("this fleet") : ratios.dataset());
}

std::string Introduction(const v1::CompareResponse& ratios) {
  std::string text = "Figures: " + ratios.source() + ".";
  if (ratios.since_unix_nanos() != 0) {
    text += " Rounds since " + FormatMoment(ratios.since_unix_nanos()) + ".";
  }
  if (ratios.made_unix_nanos() != 0) {
    text += " Made " + FormatMoment(ratios.made_unix_nanos()) + ".";
  }
  return text;
}

BarChart::Bar RatioBar(const std::string& label, const v1::Score& score, bool unranked) {
  auto text = RatioText(score.ratio());
  if (score.upper() > 0) text += " " + IntervalText(score.lower(), score.upper());
  if (unranked) text += " (not ranked)";
  return {label, score.ratio(), score.lower(), score.upper(), std::move(text)};
}

void AddRanking(const v1::CompareResponse& ratios, Document& document) {
  document.parts.emplace_back(Heading{2, "Ranking"});
  BarChart chart{
      "Overall time against the baseline: 1 is as fast as it, 2 takes twice as long", {}, 1.0};
  for (const auto& platform : ratios.platforms()) {
    if (platform.has_overall()) {
      chart.bars.push_back(RatioBar(platform.platform(), platform.overall(), false));
    }
  }
  if (chart.bars.empty()) {
    document.parts.emplace_back(Paragraph{"No platform can be ranked yet."});
    return;
  }
  document.parts.emplace_back(std::move(chart));
  document.parts.emplace_back(DocumentTable{"", RankingTable(ratios)});
}

void AddPilot(const v1::CompareResponse& pilot, Document& document) {
  document.parts.emplace_back(Heading{2, "The pilot's scale"});
  document.parts.emplace_back(Paragraph{
      "From 0 for the slowest to 9 for the fastest in each of two tests, compile and disk_dd: 9 x "
      "(longest - time) / (longest - shortest) of the mean times, then the mean of both. It ranks "
      "these platforms against each other and says nothing of how far apart they are for "
      "certain."});
  BarChart chart{"Points from 0 to 9; higher is better", {}, std::nullopt};
  for (const auto& platform : pilot.platforms()) {
    if (!platform.has_points()) continue;
    char points[32];
    std::snprintf(points, sizeof(points), "%.2f", platform.points());
    chart.bars.push_back({platform.platform(), platform.points(), 0, 0, points});
  }
  document.parts.emplace_back(std::move(chart));
  document.parts.emplace_back(DocumentTable{"", RankingTable(pilot)});
}

void AddBenchmarks(const v1::CompareResponse& ratios, Document& document) {
  std::map<std::string, BarChart> charts;
  for (const auto& platform : ratios.platforms()) {
    const auto& unranked = platform.unranked();
    for (const auto& [name, score] : platform.benchmarks()) {
      const bool shown_only = std::find(unranked.begin(), unranked.end(), name) != unranked.end();
      charts[name].bars.push_back(RatioBar(platform.platform(), score, shown_only));
    }
  }
  if (charts.empty()) return;
  document.parts.emplace_back(Heading{2, "Benchmarks"});
  document.parts.emplace_back(
      Paragraph{"Time of each platform against the baseline, by benchmark; 1 is the baseline."});
  for (auto& [name, chart] : charts) {
    std::stable_sort(chart.bars.begin(), chart.bars.end(),
                     [](const auto& a, const auto& b) { return a.value < b.value; });
    chart.title = "Time against the baseline: " + name;
    chart.mark = 1.0;
    document.parts.emplace_back(Heading{3, name});
    document.parts.emplace_back(std::move(chart));
  }
  document.parts.emplace_back(Heading{3, "All benchmarks"});
  document.parts.emplace_back(DocumentTable{
      "Ratios to the baseline; in brackets what is never ranked", BenchmarkTable(ratios)});
}

void AddOverheads(const v1::CompareResponse& ratios, Document& document) {
  if (ratios.overheads().empty()) return;
  document.parts.emplace_back(Heading{2, "Guests against their baseline"});
  document.parts.emplace_back(
      DocumentTable{"Medians of both, the ratio of times with its 95 % interval, blocks, and how "
                    "many are missing "
                    "to find an effect of 2 and 5 %",
                    OverheadTable(ratios, kMostOverheads)});
  const auto all = static_cast<size_t>(ratios.overheads_size());
  if (all > kMostOverheads) {
    document.parts.emplace_back(
        Paragraph{"And " + std::to_string(all - kMostOverheads) + " more: --format json has all."});
  }
  List reviews;
  for (const auto& each : ratios.overheads()) {
    if (!each.super_native()) continue;
    std::string item =
        each.node() + ", " + each.benchmark() + ", ratio " + RatioText(each.ratio()) + ":";
    for (const auto& fact : each.review()) item += " " + fact + ";";
    item.back() = '.';
    reviews.items.push_back(std::move(item));
  }
  if (reviews.items.empty()) return;
  document.parts.emplace_back(Heading{2, "Too good to be believed"});
  document.parts.emplace_back(Paragraph{
      "More than 5 % faster than the baseline. Nothing is cut off; what to look at first:"});
  document.parts.emplace_back(std::move(reviews));
}

void AddFeatures(const v1::CompareResponse& ratios, Document& document) {
  if (!ratios.features().empty()) {
    std::vector<std::string> names;
    for (const auto& platform : ratios.features()) {
      for (const auto& feature : platform.features()) {
        if (std::find(names.begin(), names.end(), feature.name()) == names.end()) {
          names.push_back(feature.name());
        }
      }
    }
    PlainTable table{{{"PLATFORM"}}, {}};
    for (const auto& name : names) table.columns.push_back({name});
    for (const auto& platform : ratios.features()) {
      std::vector<std::string> row = {platform.platform()};
      for (const auto& name : names) {
        std::string text = "-";
        for (const auto& feature : platform.features()) {
          if (feature.name() == name) text = feature.text();
        }
        row.push_back(std::move(text));
      }
      table.rows.push_back(std::move(row));
    }
    document.parts.emplace_back(Heading{2, "Features"});
    document.parts.emplace_back(
        DocumentTable{"As the data set tells them", std::move(table), true});
  }
  if (ratios.conclusions().empty()) return;
  PlainTable table{{{"FOR"}, {"CONCLUSION"}}, {}};
  for (const auto& each : ratios.conclusions()) table.rows.push_back({each.subject(), each.text()});
  document.parts.emplace_back(Heading{2, "Conclusions of the data set"});
  document.parts.emplace_back(DocumentTable{"Those of its authors", std::move(table)});
}

void AddMethod(const v1::CompareResponse& ratios, Document& document) {
  document.parts.emplace_back(Heading{2, "Method"});
  List method;
  if (ratios.dataset().empty()) {
    method.items.emplace_back(
        "Guests and their host are measured in rounds (host, guests, guests in reverse, host), "
        "never "
        "two at a time. A round is one block: ln(guest / host) of the means of both passes, turned "
        "so "
        "that positive is slower. Only clean runs count, and only those of the same benchmark "
        "version, build, suite, threads and peer.");
  }
  method.items.emplace_back(
      "An overhead is the median over blocks. Its 95 % interval comes from order statistics from 6 "
      "blocks on and from the bootstrap over blocks from 20 on; below 6 there is none.");
  method.items.emplace_back(
      "Equivalent: the interval lies inside +-2 %. Different: it excludes 1. Inconclusive: "
      "neither. "
      "Blocks for 80 % power at an effect x: (3.5 x standard deviation / x)^2.");
  method.items.emplace_back(
      "A platform's figure is the geometric mean of its nodes' medians, that of a category of its "
      "benchmarks', the overall one of the categories'. From 6 hosts on hosts are drawn again for "
      "the "
      "interval, below the rounds of each.");
  method.items.emplace_back(
      "A rank is 1 and the number of platforms that are better for certain: whose intervals do not "
      "overlap. With = it is not sure.");
  document.parts.emplace_back(std::move(method));
}

}  // namespace

Document MakeReport(const v1::CompareResponse& ratios,
                    const std::optional<v1::CompareResponse>& pilot) {
  Document document;
  document.parts.emplace_back(Heading{1, Title(ratios)});
  document.parts.emplace_back(Paragraph{Introduction(ratios)});
  AddRanking(ratios, document);
  if (pilot) AddPilot(*pilot, document);
  AddBenchmarks(ratios, document);
  AddOverheads(ratios, document);
  AddFeatures(ratios, document);
  AddMethod(ratios, document);
  List caveats;
  std::set<std::string> told;
  for (const auto* each : {&ratios, pilot ? &*pilot : nullptr}) {
    if (each == nullptr) continue;
    for (const auto& note : each->notes()) {
      if (told.insert(note).second) caveats.items.push_back(note);
    }
  }
  if (!caveats.items.empty()) {
    document.parts.emplace_back(Heading{2, "Caveats"});
    document.parts.emplace_back(std::move(caveats));
  }
  return document;
}

}  // namespace hypergauge::cli
