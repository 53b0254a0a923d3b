#include <array>
#include <cstdio>

#include "base/table.h"
#include "base/units.h"
#include "probes/run_output.h"
#include "probes/run_words.h"
#include "probes/spread_bar.h"

namespace hypergauge::probes {
namespace {

Colour ColourOf(v1::Verdict verdict) {
  switch (verdict) {
    case v1::VERDICT_CLEAN:
      return Colour::kGreen;
    case v1::VERDICT_FAILED:
      return Colour::kRed;
    case v1::VERDICT_UNSUPPORTED:
      return Colour::kDim;
    default:
      return Colour::kYellow;
  }
}

std::string VerdictCell(const v1::Run& run, const Terminal& terminal) {
  std::string verdict = VerdictWord(run.verdict());
  if (terminal.colours) verdict = Coloured(verdict, ColourOf(run.verdict()));
  if (!run.verdict_reason().empty()) verdict += ": " + run.verdict_reason();
  return verdict;
}

std::string SpreadCell(const v1::Measure& measure) {
  if (measure.median() <= 0) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * measure.mad() / measure.median());
  return text.data();
}

double BarRangeOf(const Runs& runs) {
  std::vector<double> deviations;
  for (const auto& run : runs) {
    if (run.measures().empty()) continue;
    const auto& first = run.measures(0);
    deviations.push_back(LargestDeviation(SamplesOf(first), first.median()));
  }
  return BarRange(deviations);
}

}  // namespace

std::string RunsTable(const Runs& runs, const Descriptors& descriptors, const Terminal& terminal) {
  const bool bars = terminal.is_terminal;
  const double range = BarRangeOf(runs);
  std::vector<Table::Column> columns = {{.title = "BENCHMARK"},
                                        {.title = "MEDIAN", .right = true},
                                        {.title = "SPREAD", .right = true},
                                        {.title = "SAMPLES", .right = true}};
  if (bars) columns.push_back({.title = BarTitle(range)});
  columns.push_back({.title = "VERDICT"});
  Table table(std::move(columns));
  for (const auto& run : runs) {
    std::vector<std::string> cells = {run.benchmark(), "-", "-", "-"};
    std::string bar;
    if (!run.measures().empty()) {
      const auto& first = run.measures(0);
      const auto unit = QuantityOf(DescriptorOf(run, descriptors), first).unit();
      cells = {run.benchmark(), FormatFigure(first.median(), unit), SpreadCell(first),
               std::to_string(first.samples_size())};
      bar = SpreadBar(SamplesOf(first), range, terminal.utf8);
    }
    if (bars) cells.push_back(std::move(bar));
    cells.push_back(VerdictCell(run, terminal));
    table.AddRow(std::move(cells));
  }
  return table.Text();
}

}  // namespace hypergauge::probes
