// bench_changepoints: the change-point detector on public series and on injected shifts, beside the
// best figures that are known.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "aggregator/analysis/online_detector.h"
#include "base/table.h"
#include "build_paths.h"
#include "tests/bench/detector_figures.h"

namespace hypergauge::bench {
namespace {

std::string InPoints(const std::optional<double>& delay) {
  return delay ? fmt::format("{:.0f} points", *delay) : "never";
}

void AddHits(Table& table, const std::vector<LabelledSeries>& small) {
  const Hits hits = CountHits(small);
  table.AddRow({"SAP small: regressions found", "5 of 5", "Otava, Perfherder: 5, 4 of 5",
                fmt::format("{} of {}", hits.found, hits.regressions)});
  table.AddRow({"SAP small: false changes at quiet points", "<= 1 in 2785",
                "Otava, Perfherder: 1, 0",
                fmt::format("{} in {}", hits.false_ones, hits.quiet_points)});
}

void AddFalseOnes(Table& table, const std::vector<LabelledSeries>& shuffled) {
  const Hits hits = CountHits(shuffled);
  table.AddRow({"SAP large, shuffled: false changes per 1000 points", "<= 0.15", "Perfherder: 0.16",
                fmt::format("{:.3f} ({} in {})",
                            1000.0 * hits.false_ones / static_cast<double>(hits.quiet_points),
                            hits.false_ones, hits.quiet_points)});
}

// Nobody knows how many there are: server metrics shift all the time.
void AddUnlabelled(Table& table, const std::vector<LabelledSeries>& unlabelled) {
  const Hits hits = CountHits(unlabelled);
  table.AddRow({"NAB's server metrics, Otava's example: changes per 1000 points", "-", "-",
                fmt::format("{:.2f} ({} in {})",
                            1000.0 * hits.false_ones / static_cast<double>(hits.quiet_points),
                            hits.false_ones, hits.quiet_points)});
}

void AddDelays(Table& table, const std::vector<LabelledSeries>& shuffled) {
  struct Step {
    double sigmas;
    const char* goal;
    const char* known;
  };
  constexpr Step kSteps[] = {
      {2, "-", "-"}, {3, "<= 8 points", "Perfherder: 12"}, {5, "<= 6 points", "Perfherder: 12"}};
  for (const Step& step : kSteps) {
    const Delay delay = MeasureDelay(shuffled, step.sigmas);
    table.AddRow({fmt::format("median delay after a step of {:.0f} sigma", step.sigmas), step.goal,
                  step.known,
                  fmt::format("suspected {}, confirmed {} ({} steps)", InPoints(delay.suspected),
                              InPoints(delay.confirmed), delay.trials)});
  }
}

void AddShortPieces(Table& table, const std::vector<LabelledSeries>& shuffled) {
  constexpr double kSigmas = 5;
  for (const size_t length : {15, 20, 30}) {
    const ShortPieces pieces = CountShortPieces(shuffled, length, kSigmas);
    table.AddRow(
        {fmt::format("series of {} points: steps of {:.0f} sigma found, false per 1000 points",
                     length, kSigmas),
         "-", "-",
         fmt::format(
             "{:.2f} ({} of {}), {:.3f}",
             pieces.shifted.found / static_cast<double>(pieces.shifted.regressions),
             pieces.shifted.found, pieces.shifted.regressions,
             1000.0 * pieces.quiet.false_ones / static_cast<double>(pieces.quiet.quiet_points))});
  }
}

void AddCosts(Table& table, const std::vector<LabelledSeries>& large) {
  constexpr double kMicro = 1e6;
  table.AddRow({"cost online, a point", "<= 2 us", "1.3-1.9 us",
                fmt::format("{:.2f} us", kMicro * OnlineCost(large))});
  table.AddRow({"cost offline, a point, n <= 1000", "<= 10 us", "2.4-5.1 us",
                fmt::format("{:.2f} us", kMicro * OfflineCost(large))});
  table.AddRow({"state online, a series", "<= 256 bytes", "-",
                fmt::format("{} bytes", sizeof(analysis::OnlineDetector))});
}

int Run(const std::string& folder) {
  const auto small = ReadSapSmall(folder);
  const auto large = ReadSapLarge(folder);
  const auto unlabelled = ReadUnlabelled(folder);
  for (const auto* series : {&small, &large, &unlabelled}) {
    if (*series) continue;
    std::cerr << "bench_changepoints: " << series->error().message << "\n";
    return 1;
  }
  const std::vector<LabelledSeries> shuffled = Shuffled(*large);
  Table table({{"FIGURE"}, {"GOAL"}, {"BEST KNOWN"}, {"HYPERGAUGE"}});
  AddHits(table, *small);
  AddFalseOnes(table, shuffled);
  AddDelays(table, shuffled);
  AddShortPieces(table, shuffled);
  AddUnlabelled(table, *unlabelled);
  AddCosts(table, *large);
  std::cout << table.Text();
  return std::cout ? 0 : 1;
}

int Main(int argc, char** argv) {
  CLI::App app(
      "Scores the change-point detector with its one setting on SAP's labelled series, on the "
      "noise of SAP's large ones, and on steps injected into that");
  std::string folder = HYPERGAUGE_SOURCE_DIR "/tests/data/changepoints";
  app.add_option("FOLDER", folder, "Laid out like tests/data/changepoints")->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return Run(folder);
}

}  // namespace
}  // namespace hypergauge::bench

int main(int argc, char** argv) {
  return hypergauge::bench::Main(argc, argv);
}
